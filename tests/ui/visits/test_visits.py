"""Visits on the screen: what is due is shown, a form saves itself, faults stand beside their fields."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.versions import Comparison
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.services.visits import VisitDraft
from desktop.ui.kit.compare import CompareView
from desktop.ui.kit.drafting import draft_from
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.visits.form import VisitFormScreen
from desktop.ui.visits.screen import VisitsScreen
from desktop.ui.visits.viewmodel import VisitFormViewModel, VisitsViewModel
from tests.ui.conftest import is_at_rest, open_window


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.rows(PeopleQuery(limit=1)).rows[0].id


def complete(filled: Services, person_id: str, **changes: object) -> VisitDraft:
    answers = {
        "visited_on": "2026-03-30", "starts": "09:00", "ends": "10:00", "visitor_id": filled.actor.user_id,
        "met": "client", "purposes": ("followup",), "mental_state": "stable", "medication": "regular",
        "danger_level": "0", "lock_seen": "none", "next_visit_on": "2026-04-20",
    }  # fmt: skip
    return VisitDraft(person_id, **{**answers, **changes})  # type: ignore[arg-type]


def test_list_follows_the_store(qapp: object, filled: Services, person_id: str) -> None:
    model = VisitsViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    assert model.lists.done == ()
    filled.visits.record(complete(filled, person_id, problems="夜里睡不好", handling="告知家属按时服药"))
    model.reload()
    assert [row.person_id for row in model.lists.done] == [person_id]
    assert "夜里睡不好" in model.lists.done[0].summary


def test_list_on_screen_changes_when_somebody_saves(
    qtbot: QtBot, filled: Services, person_id: str, tasks: Tasks
) -> None:
    screen = VisitsScreen(Workbench(filled, tasks))
    qtbot.addWidget(screen)
    screen.enter()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert screen.records["done"].rowCount() == 0
    tasks.run(lambda: filled.visits.record(complete(filled, person_id)), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.records["done"].rowCount() == 1)


def test_form_offers_what_was_left_unfinished(qapp: object, filled: Services, person_id: str) -> None:
    first = VisitFormViewModel(Workbench(filled, SyncTasks()))
    first.open(person_id, None)
    first.touch(complete(filled, person_id, problems="写到一半"))
    first.keeper.keep_now()
    second = VisitFormViewModel(Workbench(filled, SyncTasks()))
    second.open(person_id, None)
    assert second.base.problems == "写到一半"
    second.save(second.base)
    assert filled.drafts.rows() == ()
    assert filled.visits.rows(filled.desk.clock.today().replace(day=1), filled.desk.clock.today())[0].summary


def test_a_kept_form_of_another_version_still_opens(person_id: str) -> None:
    base = VisitDraft(person_id)
    found = draft_from({"problems": "旧草稿", "purposes": ["followup"], "field_of_tomorrow": 1}, base)
    assert (found.problems, found.purposes) == ("旧草稿", ("followup",))


def opened_form(qtbot: QtBot, filled: Services, person_id: str, tasks: Tasks) -> VisitFormScreen:
    screen = VisitFormScreen(Workbench(filled, tasks))
    qtbot.addWidget(screen)
    screen.show()
    screen.enter(person_id=person_id)
    qtbot.waitUntil(lambda: screen.name.text() != "")
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    return screen


def test_faults_stand_beside_their_fields_and_nothing_is_saved(
    qtbot: QtBot, filled: Services, person_id: str, tasks: Tasks
) -> None:
    screen = opened_form(qtbot, filled, person_id, tasks)
    screen.binding.control("starts").set_value("14:10")
    screen.binding.control("ends").set_value("13:50")
    screen.shortcut_save()
    assert screen.bar.faults.isVisible()
    assert "结束" in screen.bar.faults.text()
    assert filled.visits.rows(filled.desk.clock.today(), filled.desk.clock.today()) == ()


def test_a_lock_seen_asks_for_the_report(qtbot: QtBot, filled: Services, person_id: str, tasks: Tasks) -> None:
    screen = opened_form(qtbot, filled, person_id, tasks)
    assert not screen.sections.lock_reported.isVisible()
    screen.binding.control("lock_seen").pick("locked")
    assert screen.sections.lock_reported.isVisible()
    assert screen.sections.lock_warning.isVisible()


def test_a_complete_form_is_saved_and_the_screen_goes_back(
    qtbot: QtBot, filled: Services, person_id: str, tasks: Tasks
) -> None:
    screen = opened_form(qtbot, filled, person_id, tasks)
    screen.binding.fill_from(complete(filled, person_id, problems="门锁坏了", handling="已请村里修"))
    screen.sections.count.pick("match")
    with qtbot.waitSignal(screen.bench.back_wanted):
        screen.shortcut_save()
    stored = filled.visits.rows(filled.desk.clock.today().replace(day=1), filled.desk.clock.today(), person_id)
    assert [row.summary for row in stored if "门锁坏了" in row.summary]
    draft = filled.visits.draft(stored[0].visit_id or "")
    assert (draft.is_medicine_counted, draft.does_count_match) == (True, True)


def test_looking_at_a_form_leaves_no_draft(qtbot: QtBot, filled: Services, person_id: str, tasks: Tasks) -> None:
    screen = opened_form(qtbot, filled, person_id, tasks)
    screen.binding.changed.emit("starts")
    screen.leave()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert filled.drafts.rows() == ()
    screen.binding.control("starts").set_value("09:00")
    screen.binding.changed.emit("starts")
    screen.leave()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert len(filled.drafts.rows()) == 1


def both_changing(filled: Services, person_id: str, **theirs: object) -> tuple[VisitFormViewModel, str]:
    """A form of a stored visit that somebody else saved meanwhile."""
    visit_id = filled.visits.record(complete(filled, person_id, problems="睡不好", handling="观察"))
    model = VisitFormViewModel(Workbench(filled, SyncTasks()))
    model.open(person_id, visit_id)
    filled.visits.record(replace(filled.visits.draft(visit_id), **theirs))  # type: ignore[arg-type]
    return model, visit_id


def test_two_changes_of_different_fields_become_one(qapp: object, filled: Services, person_id: str) -> None:
    model, visit_id = both_changing(filled, person_id, handling="转诊")
    merged: list[VisitDraft] = []
    model.merged.connect(merged.append)
    model.touch(replace(model.base, problems="夜里走动"))
    model.save(model.base)
    assert [(each.problems, each.handling) for each in merged] == [("夜里走动", "转诊")]
    model.save(model.base)
    assert (filled.visits.draft(visit_id).problems, filled.visits.draft(visit_id).handling) == ("夜里走动", "转诊")


def test_the_same_field_changed_by_both_waits_for_a_person(qapp: object, filled: Services, person_id: str) -> None:
    model, visit_id = both_changing(filled, person_id, problems="他写的", mental_state="unstable")
    asked: list[Comparison] = []
    model.clashed.connect(asked.append)
    model.touch(replace(model.base, problems="我写的", handling="我也改了"))
    model.save(model.base)
    ((clash,),) = [each.clashes for each in asked]
    assert (clash.label, clash.theirs, clash.mine) == ("发现的问题", "他写的", "我写的")
    assert asked[0].who == "林晓岚"
    assert filled.visits.draft(visit_id).problems == "他写的", "nothing is overwritten unasked"
    model.settle({"problems"})
    model.save(model.base)
    stored = filled.visits.draft(visit_id)
    assert (stored.problems, stored.handling, stored.mental_state) == ("我写的", "我也改了", "unstable")


def test_a_form_left_by_a_crash_is_compared_with_what_was_saved_since(
    qapp: object, filled: Services, person_id: str
) -> None:
    model, visit_id = both_changing(filled, person_id)
    model.touch(replace(model.base, problems="我写到一半"))
    model.keeper.keep_now()
    filled.visits.record(replace(filled.visits.draft(visit_id), problems="他写的"))
    later = VisitFormViewModel(Workbench(filled, SyncTasks()))
    asked: list[Comparison] = []
    later.clashed.connect(asked.append)
    later.open(person_id, visit_id)
    assert [(each.theirs, each.mine) for each in asked[0].clashes] == [("他写的", "我写到一半")]
    later.settle(frozenset())
    assert later.base.problems == "他写的"


@pytest.mark.usefixtures("styled")
def test_the_comparison_is_answered_field_by_field(
    qtbot: QtBot, filled: Services, person_id: str, tasks: Tasks
) -> None:
    visit_id = filled.visits.record(complete(filled, person_id, problems="睡不好", handling="观察"))
    screen = VisitFormScreen(Workbench(filled, tasks))
    open_window(qtbot, screen)
    screen.enter(person_id=person_id, visit_id=visit_id)
    qtbot.waitUntil(lambda: screen.binding.control("problems").value() == "睡不好")
    filled.visits.record(replace(filled.visits.draft(visit_id), problems="他写的", handling="他办的"))
    screen.binding.control("problems").setPlainText("我写的")
    screen.binding.control("handling").setPlainText("我办的")
    screen.shortcut_save()
    qtbot.waitUntil(lambda: bool(screen.findChildren(CompareView)))
    view = screen.findChildren(CompareView)[0]
    done = next(each for each in screen.findChildren(QPushButton) if each.text().strip() == "按选择合并")
    assert not done.isEnabled()
    view.lines[0].choice.findChildren(QPushButton)[1].click()
    assert not done.isEnabled(), "every field needs its answer"
    view.lines[1].choice.findChildren(QPushButton)[0].click()
    done.click()
    assert {screen.binding.control(name).value() for name in ("problems", "handling")} in (
        {"我写的", "他办的"}, {"他写的", "我办的"},
    )  # fmt: skip
    assert "合在一起" in screen.banner.text()
