import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from desktop import resources
from desktop.domain.identity import id_check_digit
from desktop.domain.people import GuardianDraft, PersonDraft
from desktop.domain.permissions import Actor
from desktop.errors import NotAllowed, ValidationError
from desktop.models.imports import ImportRow
from desktop.models.people import Episode, Guardian, Person
from desktop.models.visits import Visit
from desktop.services.catalogue import Services
from desktop.services.imports import ImportRequest, ImportResult, Imports
from desktop.services.progress import Progress
from tests import factories
from tests.conftest import DAY

DATA = Path(__file__).parents[1] / "sheets" / "data"
SAMPLE = DATA / "roster-sample.xlsx"
HEADER = ["姓名", "身份证号", "联系电话", "村居", "诊断", "监护人", "监护人电话"]


def id_no(serial: int, birth: str = "19800101") -> str:
    body = f"990127{birth}{serial:03}"
    return body + id_check_digit(body)


def line(serial: int, name: str, **other: str) -> dict[str, str]:
    usual = {"姓名": name, "身份证号": id_no(serial), "联系电话": "13900000001", "村居": "青山村", "诊断": "精神分裂症"}
    return {**usual, "监护人": "王守信", "监护人电话": "13900000002", **other}


def make_sheet(path: Path, *lines: dict[str, str], header: list[str] | None = None) -> Path:
    book = openpyxl.Workbook()
    columns = header or HEADER
    book.active.append(columns)
    for one in lines:
        book.active.append([one.get(column) for column in columns])
    book.save(path)
    return path


def find(services: Services, name: str) -> str:
    with services.desk.work.read() as db:
        return db.scalars(select(Person.id).where(Person.name == name, Person.is_deleted.is_(False))).one()


def verdicts(result: ImportResult) -> set[tuple[object, object, str]]:
    return {(fault.excel_row, fault.column, fault.verdict) for fault in result.faults}


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return make_sheet(tmp_path / "r.xlsx", line(1, "赵一"), line(2, "钱二"), line(3, "孙三"))


def test_the_sample_gives_exactly_the_expected_verdicts(services: Services, tmp_path: Path) -> None:
    expected = json.loads((DATA / "roster-sample.expected.json").read_text(encoding="utf-8"))
    result = services.imports.take(SAMPLE, tmp_path / "errors.xlsx")
    assert verdicts(result) == {(one["excel_row"], one["column"], one["verdict"]) for one in expected}
    assert len(result.faults) == len(expected)
    assert (result.rows, result.imported, result.drafts, result.rejected, result.ignored) == (64, 58, 1, 6, 1)
    assert all(fault.message for fault in result.faults)


def test_good_lines_of_the_sample_are_stored_as_they_mean_and_faulty_ones_are_not(services: Services) -> None:
    services.imports.take(SAMPLE)
    with services.desk.work.read() as db:
        people = {person.name: person for person in db.scalars(select(Person))}
        assert len(people) == 58
        for faulty in ("罗淑珍", "萧海燕", "姚立新", "田晓东"):
            assert faulty not in people
        assert people["曹玉梅"].id_no == "990127199211096694"
        assert people["卢永福"].id_no == "990127195410269617"
        assert people["唐金凤"].id_no == "99012719711215057X"
        assert people["彭金凤"].village == "新民社区"
        assert {people[name].village for name in ("许晓东", "钟晓东", "孙志强", "钟志强")} == {"石桥村"}
        assert people["马伟"].phone == "18935963244"
        assert people["叶建国"].sex == "2"  # the sheet's word stands, the ID number is only compared
        assert people["马敏"].is_draft
        assert not people["丁建国"].is_draft
        assert people["丁建国"].township == "青山镇"
        states = dict(db.execute(select(Episode.person_id, Episode.state)).all())
        assert states[people["丁建国"].id] == "in_service"
    assert services.people.draft(people["谭德明"].id)[0].diagnosed_on == "2011-03-05"
    assert services.people.draft(people["魏伟"].id)[0].diagnosed_on == "2009-07"
    assert services.people.draft(people["钟秀英"].id)[0].diagnosed_on == "2009-07-06"
    assert services.people.draft(people["蒋学军"].id)[0].danger_level == "3"
    icd = services.people.draft(people["赵玉梅"].id)[0]
    assert (icd.diagnosis_category, icd.icd_code) == ("1", "F20")
    assert services.people.draft(people["魏国庆"].id)[0].diagnosed_on == ""


def test_a_second_import_changes_nothing(services: Services) -> None:
    first = services.imports.take(SAMPLE)
    with services.desk.work.read() as db:
        before = db.execute(select(Person.id, Person.revision)).all()
    again = services.imports.take(SAMPLE)
    assert (again.imported, again.updated, again.unchanged, again.rejected) == (0, 0, 58, 6)
    assert again.batch_id is None
    assert again.faults == first.faults
    with services.desk.work.read() as db:
        assert db.execute(select(Person.id, Person.revision)).all() == before
    assert [batch.id for batch in services.imports.batches()] == [first.batch_id]


def test_a_dry_run_stores_nothing_and_says_the_same(services: Services, tmp_path: Path) -> None:
    looked = services.imports.take(SAMPLE, tmp_path / "errors.xlsx", is_dry_run=True)
    assert services.people.counts()["all"] == 0
    assert services.imports.batches() == ()
    assert looked.batch_id is None
    assert (tmp_path / "errors.xlsx").exists()
    taken = services.imports.take(SAMPLE)
    assert replace(looked, errors_file=None) == replace(taken, batch_id=None)


def test_the_copy_shows_faulty_cells_red_with_the_reason_and_comes_back_clean(
    services: Services, tmp_path: Path
) -> None:
    result = services.imports.take(SAMPLE, tmp_path / "errors.xlsx")
    assert result.errors_file == tmp_path / "errors.xlsx"
    page = openpyxl.load_workbook(result.errors_file)["康复对象登记表"]
    assert page["D18"].fill.fgColor.rgb == page["U18"].fill.fgColor.rgb == "FFF4B6B0"
    assert "校验位" in page["U18"].value
    assert page["D19"].fill.fill_type is None
    page["D18"].value = id_no(611, "19900617")
    page.parent.save(tmp_path / "mended.xlsx")
    mended = services.imports.take(tmp_path / "mended.xlsx")
    assert (mended.imported, mended.unchanged, mended.rejected) == (1, 58, 5)
    assert not [fault for fault in mended.faults if fault.code == "column_unknown"]


def test_no_copy_is_written_when_nothing_was_rejected(services: Services, roster: Path, tmp_path: Path) -> None:
    result = services.imports.take(roster, tmp_path / "errors.xlsx")
    assert result.errors_file is None
    assert not (tmp_path / "errors.xlsx").exists()


def test_the_copy_never_overwrites_the_roster_itself(services: Services, roster: Path) -> None:
    before = roster.read_bytes()
    with pytest.raises(ValidationError):
        services.imports.take(roster, roster)
    assert roster.read_bytes() == before


def test_a_file_of_the_wrong_shape_stores_nothing(services: Services, tmp_path: Path) -> None:
    wrong = make_sheet(tmp_path / "w.xlsx", {"物品": "椅子"}, header=["物品", "数量", "单价"])
    with pytest.raises(ValidationError) as refused:
        services.imports.take(wrong)
    assert refused.value.code == "bad_roster"
    assert services.people.counts()["all"] == 0
    assert services.imports.batches() == ()


def test_the_practice_roster_is_taken_in_with_its_two_faulty_lines(services: Services, tmp_path: Path) -> None:
    result = services.imports.take(resources.path("demo/roster.xlsx"), tmp_path / "e.xlsx")
    assert (result.rows, result.imported, result.drafts, result.rejected) == (40, 38, 1, 2)
    assert {fault.code for fault in result.faults if fault.verdict == "error"} == {"id_check_digit", "id_repeated"}


def test_a_corrected_roster_updates_files_nobody_touched(services: Services, tmp_path: Path, roster: Path) -> None:
    services.imports.take(roster)
    draft, revision = services.people.draft(find(services, "孙三"))
    changed = replace(draft, guardian=GuardianDraft("孙守业"), diagnosis_category="2")
    services.people.amend(find(services, "孙三"), changed, revision)
    better = make_sheet(tmp_path / "b.xlsx", line(1, "赵一", 联系电话="13900000009"), line(2, "钱二"), line(4, "李四"))
    result = services.imports.take(better)
    assert (result.imported, result.updated, result.unchanged) == (1, 1, 1)
    assert services.people.draft(find(services, "赵一"))[0].phone == "13900000009"


def test_what_people_changed_in_a_file_is_not_overwritten(services: Services, tmp_path: Path, roster: Path) -> None:
    services.imports.take(roster)
    person_id = find(services, "赵一")
    draft, revision = services.people.draft(person_id)
    services.people.amend(person_id, replace(draft, phone="13911111111"), revision)
    better = make_sheet(tmp_path / "b.xlsx", line(1, "赵一", 诊断="双相情感障碍"), header=[*HEADER])
    result = services.imports.take(better)
    assert (result.updated, result.unchanged) == (0, 1)
    assert {(fault.column, fault.code) for fault in result.faults} == {("联系电话", "file_kept"), ("诊断", "file_kept")}
    assert services.people.draft(person_id)[0].phone == "13911111111"


def test_a_roster_fills_what_a_file_lacks(services: Services, tmp_path: Path) -> None:
    typed = PersonDraft(name="赵一", id_no=id_no(1), village="青山村", diagnosis_category="1")
    person_id = services.people.register(typed)
    result = services.imports.take(make_sheet(tmp_path / "r.xlsx", line(1, "赵一", 村居="石桥村")))
    assert result.updated == 1
    assert [(fault.column, fault.code) for fault in result.faults] == [("村居", "file_kept")]
    filled = services.people.draft(person_id)[0]
    assert (filled.village, filled.phone, filled.guardian.name) == ("青山村", "13900000001", "王守信")
    with services.desk.work.read() as db:
        assert db.scalars(select(Episode.state).where(Episode.person_id == person_id)).all() == ["assigned"]


def test_a_draft_gets_its_number_from_a_later_roster(services: Services, tmp_path: Path) -> None:
    first = services.imports.take(make_sheet(tmp_path / "r.xlsx", line(1, "赵一", 身份证号="")))
    assert (first.imported, first.drafts) == (1, 1)
    person_id = find(services, "赵一")
    second = services.imports.take(make_sheet(tmp_path / "s.xlsx", line(1, "赵一")))
    assert (second.imported, second.updated) == (0, 1)
    draft = services.people.draft(person_id)[0]
    assert (draft.id_no, draft.sex, draft.birth_on) == (id_no(1), "1", "1980-01-01")
    with services.desk.work.read() as db:
        assert not db.get_one(Person, person_id).is_draft
        assert db.scalars(select(Episode.state).where(Episode.person_id == person_id)).all() == ["in_service"]
    third = services.imports.take(make_sheet(tmp_path / "t.xlsx", line(1, "赵一", 身份证号="")))
    assert (third.imported, third.unchanged) == (0, 1)


def test_lines_that_cannot_be_told_apart_are_rejected(services: Services, tmp_path: Path) -> None:
    services.imports.take(make_sheet(tmp_path / "r.xlsx", line(1, "赵一"), line(2, "赵一")))
    again = services.imports.take(
        make_sheet(tmp_path / "s.xlsx", line(1, "赵一", 身份证号=""), line(2, "赵二"), line(3, "赵一", 身份证号=""))
    )
    codes = {(fault.excel_row, fault.column, fault.code) for fault in again.faults if fault.verdict == "error"}
    assert codes == {(2, "姓名", "several_alike"), (3, "姓名", "name_differs"), (4, "姓名", "line_repeated")}
    assert (again.rejected, again.imported) == (3, 0)


def test_a_repeated_line_has_one_remark_on_its_number(services: Services, tmp_path: Path) -> None:
    twice = make_sheet(tmp_path / "r.xlsx", line(1, "赵一"), line(1, "赵一", 身份证号=f" {id_no(1)}"))
    result = services.imports.take(twice)
    assert [(fault.excel_row, fault.column, fault.code) for fault in result.faults] == [(3, "身份证号", "id_repeated")]
    assert (result.imported, result.rejected) == (1, 1)


def test_missing_columns_are_told_with_no_column_when_they_make_a_draft(services: Services, tmp_path: Path) -> None:
    short = make_sheet(tmp_path / "r.xlsx", line(1, "赵一"), header=["姓名", "身份证号", "村居", "年龄"])
    assert {(one.column, one.code) for one in services.imports.take(short).faults} == {(None, "diagnosis_missing")}


def test_undo_takes_a_whole_batch_back_and_it_can_be_taken_again(services: Services, roster: Path) -> None:
    taken = services.imports.take(roster)
    assert taken.batch_id
    assert services.imports.undo(taken.batch_id) == 3
    assert services.people.counts()["all"] == 0
    assert services.imports.batches()[0].is_undone
    again = services.imports.take(roster)
    assert again.imported == 3
    with services.desk.work.read() as db:
        numbers = db.scalars(select(Person.file_no)).all()
    assert len(set(numbers)) == 6, "a file number is never used again"


def test_undo_puts_changed_files_back(services: Services, tmp_path: Path, roster: Path) -> None:
    first = services.imports.take(roster)
    person_id = find(services, "赵一")
    before = services.people.draft(person_id)[0]
    other = line(1, "赵一", 联系电话="13900000009", 监护人="李守义", 诊断="双相情感障碍", 建档日期="2025-01-05")
    change = make_sheet(tmp_path / "b.xlsx", other, header=[*HEADER, "建档日期"])
    second = services.imports.take(change)
    assert second.batch_id
    assert first.batch_id
    assert services.people.draft(person_id)[0].guardian.name == "李守义"
    assert services.imports.undo(second.batch_id) == 1
    assert services.people.draft(person_id)[0] == before
    with services.desk.work.read() as db:
        assert db.scalars(
            select(Guardian.to_on).where(Guardian.name == "王守信", Guardian.person_id == person_id)
        ).all() == [None]
    assert services.imports.take(change).updated == 1, "the file is as the first import left it: nobody touched it"
    assert len(services.imports.batches()) == 3


def test_the_first_batch_can_be_undone_after_the_second(services: Services, tmp_path: Path, roster: Path) -> None:
    first = services.imports.take(roster)
    second = services.imports.take(make_sheet(tmp_path / "b.xlsx", line(1, "赵一", 联系电话="13900000009")))
    assert first.batch_id
    assert second.batch_id
    with pytest.raises(ValidationError) as refused:
        services.imports.undo(first.batch_id)
    assert refused.value.code == "import_changed"
    services.imports.undo(second.batch_id)
    assert services.imports.undo(first.batch_id) == 3


def test_undo_refuses_naming_who_was_worked_on_since(services: Services, tmp_path: Path) -> None:
    lines = [line(n, f"赵{n:02}") for n in range(1, 14)]
    taken = services.imports.take(make_sheet(tmp_path / "r.xlsx", *lines))
    person_id = find(services, "赵02")
    draft, revision = services.people.draft(person_id)
    services.people.amend(person_id, replace(draft, guardian=GuardianDraft("王守信", "51")), revision)
    with services.desk.work.write("test.visit") as db:
        db.add(Visit(person_id=find_in(db, "赵03"), visited_on=DAY, method="home", met="client", purposes=["followup"]))
    assert taken.batch_id
    with pytest.raises(ValidationError) as refused:
        services.imports.undo(taken.batch_id)
    assert refused.value.code == "import_changed"
    assert "第 3 行 赵02、第 4 行 赵03" in refused.value.message
    assert "赵04" not in refused.value.message
    assert services.people.counts()["all"] == 13
    for n in range(1, 14):
        draft, revision = services.people.draft(find(services, f"赵{n:02}"))
        services.people.amend(find(services, f"赵{n:02}"), replace(draft, allergy="青霉素"), revision)
    with pytest.raises(ValidationError, match="等 13 人"):
        services.imports.undo(taken.batch_id)


def find_in(db, name: str) -> str:  # type: ignore[no-untyped-def]
    return str(db.scalars(select(Person.id).where(Person.name == name)).one())


def test_an_unknown_or_undone_batch_cannot_be_undone(services: Services, roster: Path) -> None:
    with pytest.raises(ValidationError) as unknown:
        services.imports.undo("no such batch")
    assert unknown.value.code == "no_such_batch"
    taken = services.imports.take(roster)
    assert taken.batch_id
    services.imports.undo(taken.batch_id)
    with pytest.raises(ValidationError):
        services.imports.undo(taken.batch_id)


def test_an_import_is_one_audit_entry_without_names(services: Services, roster: Path) -> None:
    taken = services.imports.take(roster)
    entry = services.audit.rows()[0]
    assert (entry.act, entry.subject) == ("imports.take", taken.batch_id)
    batch = services.imports.batches()[0]
    assert batch.imported_by == "林晓岚"
    assert batch.imported_at.startswith("2026-03-31")
    assert batch.counts["imported"] == 3
    with services.desk.work.read() as db:
        assert {row.excel_row for row in db.scalars(select(ImportRow))} == {2, 3, 4}


def test_who_may_not_take_rosters_is_refused(services: Services, roster: Path) -> None:
    nobody = Imports(replace(services.desk, actor=Actor("u", "n", "nurse", frozenset({"imports.read"}))))
    with pytest.raises(NotAllowed):
        nobody.take(roster)
    with pytest.raises(NotAllowed):
        nobody.undo("x")
    assert nobody.batches() == ()


def test_who_may_be_on_file_already_is_pointed_out_and_taken_all_the_same(services: Services) -> None:
    services.people.register(factories.person(name="单小红", sex="2", birth_on="1990-02-03", phone=""))
    pasted = "姓名\t性别\t出生日期\t村居\n单晓虹\t女\t1990-02-03\t柳沟村\n李四\t男\t1970-01-02\t柳沟村\n"
    result = services.imports.take(ImportRequest(pasted=pasted))
    (told,) = [fault for fault in result.faults if fault.code == "lookalike"]
    assert (told.excel_row, told.column, told.verdict) == (2, "姓名", "warning")
    assert "QS01-2026-A0001" in told.message
    assert "姓名同音" in told.message
    assert result.imported == 2


CSV = """姓名,身份证号,联系电话,村居,诊断
赵一,{first},13900000001,青山村,精神分裂症
钱二,{second},,青山村,精神分裂症
"""


def test_csv_and_pasted_rows_are_taken_like_any_roster(services: Services, tmp_path: Path) -> None:
    told = CSV.format(first=id_no(1), second=id_no(2))
    (tmp_path / "r.csv").write_bytes(told.encode("gb18030"))
    taken = services.imports.take(tmp_path / "r.csv")
    assert (taken.imported, taken.drafts, taken.faults) == (2, 0, ())
    again = services.imports.take(ImportRequest(pasted=told.replace(",", "\t")))
    assert (again.unchanged, again.batch_id) == (2, None)
    assert services.imports.batches()[0].source == "r.csv"


@pytest.mark.parametrize("cut", ["990127198001010000", "9.90127E+17"])
def test_digits_that_a_spreadsheet_lost_are_named_and_a_marked_copy_is_a_workbook(
    services: Services, tmp_path: Path, cut: str
) -> None:
    (tmp_path / "r.csv").write_text(CSV.format(first=cut, second=id_no(2)), encoding="utf-8")
    taken = services.imports.take(tmp_path / "r.csv", tmp_path / "errors.xlsx")
    assert (taken.imported, taken.rejected) == (1, 1)
    assert [(one.excel_row, one.code) for one in taken.faults if one.verdict == "error"] == [(2, "id_digits_lost")]
    page = openpyxl.load_workbook(tmp_path / "errors.xlsx").active
    assert (page["B2"].fill.fgColor.rgb, page["B2"].value) == ("FFF4B6B0", cut)
    page["B2"].value = id_no(1)
    page.parent.save(tmp_path / "mended.xlsx")
    mended = services.imports.take(tmp_path / "mended.xlsx")
    assert (mended.imported, mended.unchanged, mended.rejected) == (1, 1, 0)


def test_what_a_person_settled_is_used_for_the_next_sheet_with_the_same_headings(
    services: Services, tmp_path: Path
) -> None:
    strange = make_sheet(tmp_path / "a.xlsx", {"谁": "赵一", "哪": "青山村"}, header=["谁", "哪"])
    with pytest.raises(ValidationError):
        services.imports.take(strange)
    opened = services.imports.open(ImportRequest(strange))
    assert (opened.missing, opened.is_clear) == (("姓名",), False)
    assert [(one.words, one.samples, one.key) for one in opened.columns] == [
        ("谁", ("赵一",), ""), ("哪", ("青山村",), ""),
    ]  # fmt: skip
    request = ImportRequest(strange, header_row=1, mapping={1: "name", 2: "village"})
    assert services.imports.take(request, is_dry_run=True).imported == 1
    assert not services.imports.open(ImportRequest(strange)).is_remembered, "a dry run remembers nothing"
    services.imports.take(request)
    assert services.imports.open(ImportRequest(strange)).is_clear
    more = make_sheet(tmp_path / "b.xlsx", {"谁": "钱二", "哪": "石桥村"}, header=["谁", "哪"])
    services.imports.take(more)
    with services.desk.work.read() as db:
        assert db.scalar(select(Person.village).where(Person.name == "钱二")) == "石桥村"
    other = make_sheet(tmp_path / "c.xlsx", {"哪": "石桥村", "谁": "孙三"}, header=["哪", "谁"])
    with pytest.raises(ValidationError):
        services.imports.take(other)


def test_an_import_that_is_stopped_on_the_way_leaves_nothing(services: Services, tmp_path: Path) -> None:
    class Stopping(Progress):
        def step(self, number: int = 1) -> None:
            super().step(number)
            if self.stage == "正在存入" and self.done > 1:
                self.cancel()

    with pytest.raises(ValidationError) as stopped:
        services.imports.take(SAMPLE, tmp_path / "errors.xlsx", progress=Stopping())
    assert stopped.value.code == "cancelled"
    assert services.people.counts()["all"] == 0
    assert services.imports.batches() == ()
    assert not (tmp_path / "errors.xlsx").exists()
    assert services.imports.take(SAMPLE).imported == 58


def test_the_rest_is_undone_and_lines_that_people_changed_stay(services: Services, roster: Path) -> None:
    taken = services.imports.take(roster)
    person_id = find(services, "钱二")
    draft, revision = services.people.draft(person_id)
    services.people.amend(person_id, replace(draft, allergy="青霉素"), revision)
    assert taken.batch_id
    assert services.imports.undo(taken.batch_id, keep_changed=True) == 2
    with services.desk.work.read() as db:
        assert db.scalars(select(Person.name).where(Person.is_deleted.is_(False))).all() == ["钱二"]
        assert db.scalars(select(Guardian.person_id).where(Guardian.is_deleted.is_(False))).all() == [person_id]
    assert services.imports.batches()[0].is_undone
    assert services.imports.take(roster).imported == 2
