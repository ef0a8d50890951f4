"""What files lack, read off a real store: the parts of one file, the list of the station, cover and catalogue."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import event

from desktop.documents import pages
from desktop.errors import OperationalError, ValidationError
from desktop.models.people import Person
from desktop.models.scans import Scan, ScanPage
from desktop.services.catalogue import Services
from tests import factories

RARE = "㛃䶮𬭎"


@pytest.fixture
def person_id(services: Services) -> str:
    """A registered client with nothing on paper yet."""
    return services.people.register(factories.person(name=RARE))


def scan(services: Services, person_id: str, part: str, number: int = 1) -> None:
    """Put a scan of some pages into a part."""
    with services.desk.work.write("scans.keep", person_id) as db:
        kept = Scan(person_id=person_id, kind="paper", part=part, title="出院小结", origin="file")
        db.add(kept)
        db.flush()
        db.add_all(
            ScanPage(
                scan_id=kept.id, person_id=person_id, number=place, media_type="image/png", piece=f"{place:064x}",
                size=1, width=1, height=1,
            )
            for place in range(1, number + 1)
        )  # fmt: skip


def state_of(services: Services, person_id: str, part: str) -> str:
    return next(row.state for row in services.completeness.of(person_id).parts if row.code == part)


def test_a_new_file_lacks_its_papers_and_needs_no_plan_yet(services: Services, person_id: str) -> None:
    file = services.completeness.of(person_id)
    found = {row.code: row.state for row in file.parts}
    assert found["basics"] == "there"
    assert (found["consent"], found["diagnosis"]) == ("lacking", "lacking")
    assert (found["plan"], found["closure"], found["incidents"]) == ("not_needed",) * 3
    assert (file.there, file.needed) == (1, 7)
    consent = next(row for row in file.parts if row.code == "consent")
    assert (consent.number, consent.route["name"], consent.action) == (6, "consent", "办同意书")
    assert consent.reason == "没有签过知情同意书"


def test_scans_and_signed_papers_fill_their_parts(services: Services, person_id: str) -> None:
    scan(services, person_id, "diagnosis", 3)
    assert state_of(services, person_id, "diagnosis") == "there"
    assert state_of(services, person_id, "ids") == "lacking"
    factories.sign(services, person_id)
    assert state_of(services, person_id, "consent") == "there"
    assert state_of(services, person_id, "agreement") == "there"
    assert state_of(services, person_id, "plan") == "lacking"
    item = next(row for row in services.completeness.of(person_id).parts if row.code == "diagnosis").items[0]
    assert (item.title, item.pages) == ("出院小结", 3)


def test_the_list_names_who_lacks_what_and_forgets_nobody(services: Services, person_id: str) -> None:
    other = services.people.register(factories.person(name="赵一鸣"))
    scan(services, person_id, "diagnosis")
    gaps = services.completeness.gaps("diagnosis")
    assert [row.person_id for row in gaps.rows] == [other]
    assert (gaps.total, gaps.files, gaps.by_part["diagnosis"], gaps.by_part["consent"]) == (1, 2, 1, 2)
    assert {row.person_id for row in services.completeness.gaps().rows} == {person_id, other}
    assert services.completeness.gaps("diagnosis", limit=0).total == 1


def test_the_list_is_asked_in_a_handful_of_questions_and_kept(filled: Services) -> None:
    statements: list[str] = []
    engine = filled.desk.work.store.reader

    def note(*call: object) -> None:
        statements.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    filled.completeness.gaps()
    first = len(statements)
    filled.completeness.gaps("ids")
    event.remove(engine, "before_cursor_execute", note)
    assert first < 20  # whoever is on file: one question a table
    assert len(statements) - first < 4


def test_the_sheet_masks_names(services: Services, person_id: str, tmp_path: Path) -> None:
    target = tmp_path / "缺材料.xlsx"
    assert services.completeness.export("consent", target) == 1
    rows = list(load_workbook(io.BytesIO(target.read_bytes())).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("档案号", "姓名", "村（居）")
    assert RARE not in str(rows)
    assert rows[1][rows[0].index("知情同意、单独同意")] == "缺"
    assert factories.acts(services) == [("completeness.export", "", {"number": 1, "part": "consent"})]
    with pytest.raises(OperationalError, match="文件夹"):
        services.completeness.export("", tmp_path / "gone" / "x.xlsx")


def test_cover_and_catalogue_are_papers_with_numbers(services: Services, person_id: str) -> None:
    cover = services.completeness.prepare(person_id, "file_cover")
    assert cover.document_no.split("-")[1] == "FM"
    services.documents.issue(cover)
    assert state_of(services, person_id, "cover") == "there"
    scan(services, person_id, "diagnosis", 3)
    catalogue = services.completeness.prepare(person_id, "file_catalogue")
    services.documents.issue(catalogue)
    words = "".join("".join(pages.page_texts(catalogue.pdf)).split())
    for wanted in (RARE, "出院小结", "封面", "缺", "不适用", "应有7部分，已有3部分，尚缺4部分"):
        assert wanted in words, wanted
    assert RARE in "".join("".join(pages.page_texts(cover.pdf)).split())
    with pytest.raises(ValidationError, match="文书"):
        services.completeness.prepare(person_id, "consent")


def test_archived_files_are_not_on_the_list(services: Services, person_id: str) -> None:
    assert services.completeness.gaps().total == 1
    with services.desk.work.write("archive", person_id) as db:
        db.get_one(Person, person_id).archived_on = date(2026, 3, 31)
    assert services.completeness.gaps().total == 0
