"""The form of a client: checked and kept on every key, warned of a second file, saved once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.versions import Comparison
from desktop.services.catalogue import Services
from desktop.services.people import CareLine, ContactLine, GuardianDraft, MedicationLine, PeopleQuery, PersonDraft
from desktop.ui.kit.form import AreaField, FormBinding
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.form import CHECK, PersonFormScreen
from desktop.ui.people.form_controls import DivisionField, Several
from desktop.ui.people.form_fields import PersonFields
from desktop.ui.people.form_rows import LineCard
from desktop.ui.people.form_viewmodel import NEW, PersonFormViewModel, draft_from
from tests import factories
from tests.ui.conftest import is_at_rest, open_window

Routes = list[tuple[str, dict[str, object]]]
ID_NO = "990101199001010019"  # a division that does not exist; a man, born 1990-01-01


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.rows(PeopleQuery(limit=1)).rows[0].id


@pytest.fixture
def bare_id(filled: Services) -> str:
    """Somebody on file of whom little is known."""
    return filled.people.register(factories.person())


def model_of(services: Services) -> PersonFormViewModel:
    return PersonFormViewModel(Workbench(services, SyncTasks()))


def shown(qtbot: QtBot, bench: Workbench, tasks: Tasks, **params: object) -> PersonFormScreen:
    screen = PersonFormScreen(bench)
    open_window(qtbot, screen)
    screen.enter(**params)
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    return screen


# ---------------------------------------------------------------- view-model


def test_a_right_id_fills_sex_and_birth_but_overwrites_nothing(qapp: QApplication, services: Services) -> None:
    model = model_of(services)
    model.start(None)
    model.change(replace(model.draft, name="赵小满", id_no=ID_NO))
    assert (model.draft.sex, model.draft.birth_on) == ("1", "1990-01-01")
    model.change(replace(model.draft, sex="2"))
    assert model.draft.sex == "2", "what was typed stays; the form only warns"
    assert "sex_differs" in [fault.code for fault in model.faults]


def test_what_is_typed_is_kept_and_taken_up_again(qapp: QApplication, services: Services) -> None:
    first = model_of(services)
    first.start(None)
    first.change(replace(first.draft, name="赵小满", guardian=GuardianDraft(name="赵大山")))
    first.keeper.keep_now()
    second = model_of(services)
    restored: list[object] = []
    second.restored.connect(restored.append)
    second.start(None)
    assert second.draft == first.draft
    assert len(restored) == 1
    second.give_up()
    assert services.drafts.rows() == ()
    assert second.draft.name == ""


def test_registered_once_and_the_draft_is_forgotten(qapp: QApplication, services: Services) -> None:
    model = model_of(services)
    saved: list[str] = []
    model.saved.connect(saved.append)
    model.start(None)
    model.change(replace(model.draft, name="赵小满", village="东街社区"))
    model.keeper.keep_now()
    assert model.stays_draft
    model.save()
    assert services.people.card(saved[0]).row.is_draft
    assert services.drafts.find("people", NEW) is None


def test_errors_are_not_sent(qapp: QApplication, services: Services) -> None:
    model = model_of(services)
    model.start(None)
    model.change(replace(model.draft, name="赵小满", id_no="123"))
    assert [fault.field for fault in model.errors()] == ["id_no"]
    model.save()
    assert services.people.rows(PeopleQuery()).total == 0


def test_same_person_is_found_but_never_oneself(qapp: QApplication, filled: Services, person_id: str) -> None:
    draft, _ = filled.people.draft(person_id)
    model = model_of(filled)
    model.start(None)
    model.change(replace(model.draft, name=draft.name, village=draft.village))
    model._look_for_alike()
    assert [(one.row.id, one.why) for one in model.lookalikes] == [(person_id, "同名同村")]
    model.change(replace(model.draft, name="赵"))
    model._look_for_alike()
    assert model.lookalikes == ()
    same = model_of(filled)
    same.start(person_id)
    same._look_for_alike()
    assert same.lookalikes == ()


def test_changes_of_two_people_at_once_are_both_kept(qapp: QApplication, filled: Services, person_id: str) -> None:
    model = model_of(filled)
    merges: list[bool] = []
    model.merged.connect(lambda: merges.append(True))
    model.start(person_id)
    other, revision = filled.people.draft(person_id)
    filled.people.amend(person_id, replace(other, address="北岭 3 组"), revision)
    model.change(replace(model.draft, warning_note="先打电话"))
    model.save()
    assert merges == [True], "the first save only shows what changed meanwhile"
    assert filled.people.draft(person_id)[0].warning_note == ""
    model.save()
    stored, _ = filled.people.draft(person_id)
    assert (stored.address, stored.warning_note) == ("北岭 3 组", "先打电话")


def test_the_same_field_changed_by_both_waits_for_a_person(
    qapp: QApplication, filled: Services, person_id: str
) -> None:
    model = model_of(filled)
    asked: list[Comparison] = []
    model.clashed.connect(asked.append)
    model.start(person_id)
    other, revision = filled.people.draft(person_id)
    theirs = replace(
        other, address="北岭 3 组", village="北岭村", guardian=replace(other.guardian, phone="13800130001")
    )
    filled.people.amend(person_id, theirs, revision)
    mine = replace(model.draft, village="西街社区", guardian=replace(other.guardian, phone="13800130002"))
    model.change(mine)
    model.save()
    assert {clash.label: (clash.theirs, clash.mine) for clash in asked[0].clashes} == {
        "村（居）": ("北岭村", "西街社区"), "电话": ("13800130001", "13800130002"),
    }  # fmt: skip
    assert asked[0].who == "林晓岚"
    assert model.draft == mine, "until somebody decides, the form holds what was typed"
    model.settle({"village"})
    model.save()
    stored, _ = filled.people.draft(person_id)
    assert (stored.village, stored.address, stored.guardian.phone) == ("西街社区", "北岭 3 组", "13800130001")


def test_a_form_left_by_a_crash_is_compared_with_what_was_saved_since(
    qapp: QApplication, filled: Services, person_id: str
) -> None:
    first = model_of(filled)
    first.start(person_id)
    first.change(replace(first.draft, village="西街社区", warning_note="先打电话"))
    first.keeper.keep_now()
    other, revision = filled.people.draft(person_id)
    filled.people.amend(person_id, replace(other, village="北岭村"), revision)
    later = model_of(filled)
    asked: list[Comparison] = []
    later.clashed.connect(asked.append)
    later.start(person_id)
    assert [clash.name for clash in asked[0].clashes] == ["village"]
    later.settle(frozenset())
    assert (later.draft.village, later.draft.warning_note) == ("北岭村", "先打电话")


def test_a_kept_form_of_another_version_still_opens() -> None:
    kept = {"name": "甲", "field_of_tomorrow": 1, "guardian": {"name": "乙", "more": 2}}
    assert draft_from(kept) == PersonDraft(name="甲", guardian=GuardianDraft(name="乙"))
    assert draft_from(None) == PersonDraft()


def test_every_field_of_the_draft_stands_on_the_form(qapp: QApplication, filled: Services, bare_id: str) -> None:
    fields = PersonFields(filled.codes, filled.desk.clock.today(), FormBinding())
    draft, _ = filled.people.draft(bare_id)
    draft = replace(
        draft, co_residents=("parents",), danger_acts=(("1", "2"),), guardian=replace(draft.guardian, sex="2")
    )
    fields.fill(draft)
    built = [fields.build(place) for place in range(len(fields.layout.steps))]
    assert len(built) == len(fields.layout.steps)
    assert fields.draft(PersonDraft()) == draft
    fields.fill(replace(draft, has_dibao=None, medications=(MedicationLine(drug="利培酮"),)))
    assert fields.draft(PersonDraft()).has_dibao is None
    assert fields.draft(PersonDraft()).medications == (MedicationLine(drug="利培酮"),)


def test_kept_lines_and_lists_are_taken_up_again(qapp: QApplication, filled: Services, person_id: str) -> None:
    first = model_of(filled)
    first.start(person_id)
    typed = replace(
        first.draft,
        symptoms=("1", "3"),
        danger_acts=(("1", "2"),),
        contacts=(ContactLine(name="张晓梅", kind="emergency"),),
        medications=(MedicationLine(drug="利培酮"),),
        care_team=(CareLine(role="police", name="秦守正"),),
    )
    first.change(typed)
    first.keeper.keep_now()
    second = model_of(filled)
    second.start(person_id)
    assert second.draft == typed


def test_one_that_means_none_excludes_the_others(qapp: QApplication) -> None:
    several = Several([("none", "无"), ("wandering", "出走"), ("refusal", "拒药")], "past_behaviour", "既往行为")
    chips = several._chips
    chips["wandering"].click()
    chips["none"].click()
    assert several.value() == ("none",)
    chips["refusal"].click()
    assert several.value() == ("refusal",)


# ---------------------------------------------------------------- screen


def test_wizard_by_the_keyboard_alone(
    qtbot: QtBot,
    styled: QApplication,
    filled: Services,
    bench: Workbench,
    tasks: Tasks,
    routes: Routes,
    say: Callable[[QWidget, str], None],
) -> None:
    screen = shown(qtbot, bench, tasks)
    name, id_no = screen.binding.control("name"), screen.binding.control("id_no")
    qtbot.waitUntil(name.hasFocus)
    say(name, "赵小满·𬭎")
    qtbot.keyClick(name, Qt.Key.Key_Tab)
    assert screen.binding.control("id_type").hasFocus()
    qtbot.keyClick(screen.binding.control("id_type"), Qt.Key.Key_Tab)
    assert id_no.hasFocus()
    qtbot.keyClicks(id_no, ID_NO)
    assert screen.binding.control("sex").value() == "1"
    assert screen.binding.control("birth_on").value() == "1990-01-01"
    qtbot.keyClick(id_no, Qt.Key.Key_Tab)
    qtbot.keyClick(screen.focusWidget(), Qt.Key.Key_Return)
    assert screen.step == 1
    village = screen.binding.control("village")
    village.setFocus()
    say(village, "东街社区")
    for _ in range(3):
        qtbot.keyClick(screen.focusWidget(), Qt.Key.Key_Return)
    assert screen.step == CHECK
    qtbot.waitUntil(screen.primary.hasFocus)
    assert screen.primary.text() == "存为草稿档案"
    assert "诊断" in screen.check_step.verdict.text() or "疾病类别" in screen.check_step.verdict.text()
    qtbot.keyClick(screen.primary, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(routes))
    route, params = routes[-1]
    assert route == "person"
    row = filled.people.card(str(params["person_id"])).row
    assert (row.name, row.sex, row.village, row.is_draft) == ("赵小满·𬭎", "1", "东街社区", True)
    assert filled.drafts.find("people", NEW) is None


def test_faults_show_once_a_field_is_left_and_stop_the_step(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks
) -> None:
    screen = shown(qtbot, bench, tasks)
    id_no = screen.binding.control("id_no")
    id_no.setFocus()
    qtbot.keyClicks(id_no, "12345")
    assert not screen.binding.field("id_no").has_fault, "nobody is told off while typing"
    screen.go_on()
    assert screen.step == 0
    assert screen.binding.field("id_no").has_fault
    assert "证件号码" in screen.bar.faults.text()
    screen.show_step(2)
    screen.bar.faults.click()
    assert screen.step == 0


def test_saving_jumps_to_the_first_fault_on_its_step(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    screen = shown(qtbot, bench, tasks)
    screen.binding.fill({"name": "赵小满"})
    screen.show_step(2)
    screen.binding.fill({"guardian.phone": "13800000000"})
    screen.show_step(0)
    screen.shortcut_save()
    assert screen.step == 2
    qtbot.waitUntil(screen.binding.control("guardian.name").hasFocus)
    assert filled.people.rows(PeopleQuery()).total == 40


def test_draft_is_kept_by_itself_and_offered_again(
    qtbot: QtBot,
    styled: QApplication,
    filled: Services,
    bench: Workbench,
    tasks: Tasks,
    say: Callable[[QWidget, str], None],
) -> None:
    first = shown(qtbot, bench, tasks)
    say(first.binding.control("name"), "赵小满")
    qtbot.waitUntil(lambda: filled.drafts.find("people", NEW) is not None)
    second = shown(qtbot, bench, tasks)
    qtbot.waitUntil(lambda: second.binding.control("name").value() == "赵小满")
    assert "没有填完" in second.banner.text()
    second.banner.action.click()
    qtbot.waitUntil(lambda: filled.drafts.find("people", NEW) is None)
    assert second.binding.control("name").value() == ""


def test_leaving_keeps_at_once(
    qtbot: QtBot,
    styled: QApplication,
    filled: Services,
    bench: Workbench,
    tasks: Tasks,
    say: Callable[[QWidget, str], None],
) -> None:
    screen = shown(qtbot, bench, tasks)
    say(screen.binding.control("name"), "赵小满")
    assert screen.leave()
    shiboken6.delete(screen)  # as the window does with a form that was left: no timer of it runs any more
    qtbot.waitUntil(lambda: filled.drafts.find("people", NEW) is not None)


def test_second_file_is_warned_of_and_can_be_opened(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    known, _ = filled.people.draft(person_id)
    screen = shown(qtbot, bench, tasks)
    screen.show_step(1)
    screen.binding.fill({"name": known.name, "village": known.village})
    screen._take()
    qtbot.waitUntil(lambda: len(screen.model.lookalikes) == 1)
    screen.side.open_wanted.emit(screen.model.lookalikes[0].row.id)
    assert routes == [("person", {"person_id": person_id})]


def test_a_number_on_file_already_is_refused_beside_its_field(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    known, _ = filled.people.draft(person_id)
    screen = shown(qtbot, bench, tasks)
    screen.binding.fill({"name": "赵小满", "id_no": known.id_no})
    screen.save()
    qtbot.waitUntil(lambda: bool(screen.banner.text()))
    assert screen.step == 0
    assert screen.binding.field("id_no").has_fault
    assert filled.people.rows(PeopleQuery()).total == 40


def test_edit_shows_what_is_stored_and_saves_the_change(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = shown(qtbot, bench, tasks, person_id=person_id, step=1)
    known, _ = filled.people.draft(person_id)
    assert screen.step == 1
    assert screen.binding.control("village").value() == known.village
    assert not screen.steps.isVisible()
    screen.binding.fill({"warning_note": "先打电话"})
    with qtbot.waitSignal(bench.back_wanted):
        screen.shortcut_save()
    assert filled.people.draft(person_id)[0].warning_note == "先打电话"


def test_the_gap_that_was_asked_for_is_opened(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    person_id = filled.people.register(PersonDraft(name="赵小满", village="东街社区"))
    screen = shown(qtbot, bench, tasks, person_id=person_id, is_missing=True)
    qtbot.waitUntil(screen.binding.control("id_no").hasFocus)
    assert screen.step == 0


def test_giving_up_asks_first(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, say: Callable[[QWidget, str], None]
) -> None:
    screen = shown(qtbot, bench, tasks)
    assert not screen.give_up.isEnabled()
    say(screen.binding.control("name"), "赵小满")
    screen.give_up.click()
    modal = screen.findChild(Modal)
    assert screen.model.draft.name == "赵小满"
    with qtbot.waitSignal(bench.back_wanted):
        modal.findChildren(type(screen.give_up))[-1].click()


def test_a_card_reader_types_and_presses_enter_and_only_goes_on(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    """Readers send CR and LF, that is Enter twice, faster than anybody types."""
    screen = shown(qtbot, bench, tasks)
    screen.binding.fill({"name": "赵小满"})
    id_no = screen.binding.control("id_no")
    id_no.setFocus()
    qtbot.keyClicks(id_no, ID_NO)
    qtbot.keyClick(id_no, Qt.Key.Key_Return)
    assert screen.binding.control("id_missing_reason").hasFocus()
    qtbot.keyClick(screen.focusWidget(), Qt.Key.Key_Enter)
    assert (screen.step, screen.model.is_saving) == (0, False)
    assert screen.model.draft.id_no == ID_NO
    assert (screen.binding.control("sex").value(), screen.binding.control("birth_on").value()) == ("1", "1990-01-01")
    assert filled.people.rows(PeopleQuery()).total == 40


def test_a_card_read_while_a_file_is_changed_saves_nothing(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = shown(qtbot, bench, tasks, person_id=person_id, step=0)
    known, revision = filled.people.draft(person_id)
    id_no = screen.binding.control("id_no")
    id_no.setFocus()
    id_no.selectAll()
    qtbot.keyClicks(id_no, ID_NO)
    for _ in range(2):
        qtbot.keyClick(screen.focusWidget(), Qt.Key.Key_Return)
    assert not screen.model.is_saving
    assert filled.people.draft(person_id) == (known, revision)


def test_a_section_is_built_when_it_is_first_shown(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = shown(qtbot, bench, tasks, person_id=person_id)
    assert "marital" not in screen.binding.names()
    screen.go_to_field("marital")
    qtbot.waitUntil(screen.binding.control("marital").hasFocus)
    screen.binding.fill({"marital": "20"})
    with qtbot.waitSignal(bench.back_wanted):
        screen.shortcut_save()
    assert filled.people.draft(person_id)[0].marital == "20"


def test_the_bars_lead_to_what_is_missing(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, bare_id: str
) -> None:
    screen = shown(qtbot, bench, tasks, person_id=bare_id)
    gap = screen.model.gaps[0].field or ""
    (link,) = [each for each in screen.side.findChildren(QPushButton) if each.text() == screen.fields.labels[gap]]
    link.click()
    assert gap in screen.fields.by_step[screen.step]
    qtbot.waitUntil(screen.binding.control(gap).hasFocus)
    before = len(screen.model.gaps)
    screen.go_to_field("marital")
    screen.binding.control("marital").set_value("20")
    screen.binding.changed.emit("marital")
    assert len(screen.model.gaps) == before - 1
    qtbot.waitUntil(lambda: f"缺 {before - 1} 项" in [each.text() for each in screen.side.findChildren(QLabel)])


def test_a_medicine_is_added_stopped_and_stays(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, bare_id: str
) -> None:
    known, revision = filled.people.draft(bare_id)
    filled.people.amend(bare_id, replace(known, medications=(MedicationLine(drug="利培酮"),)), revision)
    screen = shown(qtbot, bench, tasks, person_id=bare_id)
    screen.go_to_field("medications")
    lines = screen.binding.control("medications")
    (line,) = lines.findChildren(LineCard)
    line.ended.emit()
    lines.add.click()
    new = next(each for each in lines.findChildren(LineCard) if each.isVisible())
    qtbot.waitUntil(new.first().hasFocus)
    qtbot.keyClicks(new.first(), "clozapine")
    with qtbot.waitSignal(bench.back_wanted):
        screen.shortcut_save()
    today = filled.desk.clock.today().isoformat()
    stored, _ = filled.people.draft(bare_id)
    assert [(each.drug, each.stopped_on) for each in stored.medications] == [("clozapine", ""), ("利培酮", today)]


def test_a_contact_is_added_ended_and_stays(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, bare_id: str
) -> None:
    known, revision = filled.people.draft(bare_id)
    filled.people.amend(bare_id, replace(known, contacts=(ContactLine(name="张晓梅", phone="13700137000"),)), revision)
    screen = shown(qtbot, bench, tasks, person_id=bare_id)
    screen.go_to_field("contacts")
    lines = screen.binding.control("contacts")
    (line,) = lines.findChildren(LineCard)
    line.ended.emit()
    lines.add.click()
    new = next(each for each in lines.findChildren(LineCard) if each.isVisible())
    qtbot.waitUntil(new.first().hasFocus)
    qtbot.keyClicks(new.first(), "Maria")
    with qtbot.waitSignal(bench.back_wanted):
        screen.shortcut_save()
    today = filled.desk.clock.today().isoformat()
    stored, _ = filled.people.draft(bare_id)
    assert [(each.name, each.to_on) for each in stored.contacts] == [("Maria", ""), ("张晓梅", today)]
    ended = next(each for each in filled.histories.person(bare_id) if each.field == "结束日期")
    assert (ended.table, ended.after) == ("guardian", today)
    assert "张晓梅" in ended.record


def test_a_township_is_found_by_its_name(qtbot: QtBot, styled: QApplication, filled: Services) -> None:
    field = DivisionField("", lambda typed: [(each.code, each.name) for each in filled.codes.divisions(typed)])
    field.look("长安区建北")
    offered = field.completer().model()
    lines = [str(offered.index(place, 0).data()) for place in range(offered.rowCount())]
    assert "130102001 河北省石家庄市长安区建北街道" in lines
    field.take(lines[0])
    assert field.value() == "130102001"


def test_a_draft_file_is_taken_away_with_a_reason_and_no_other(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    assert not shown(qtbot, bench, tasks, person_id=person_id).away.isVisible()
    draft_id = filled.people.register(PersonDraft(name="赵小满", village="东街社区"))
    screen = shown(qtbot, bench, tasks, person_id=draft_id)
    assert screen.away.isVisible()
    screen.away.click()
    modal = screen.findChildren(Modal)[-1]
    modal.findChildren(AreaField)[0].setPlainText("重复建档")
    next(each for each in modal.findChildren(QPushButton) if each.property("kind") == "danger").click()
    qtbot.waitUntil(lambda: ("people", {}) in routes)
    assert [(row.kind, row.reason) for row in filled.removals.rows()] == [("person", "重复建档")]
