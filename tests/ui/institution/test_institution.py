"""The institution file: the station itself, entries beside it, drafts, what is refused, and the price notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.institution import Entry
from desktop.services.catalogue import Services
from desktop.ui.documents.screen import DocumentsScreen
from desktop.ui.institution.panel import EntryPanel
from desktop.ui.institution.screen import InstitutionScreen
from desktop.ui.institution.section import Section
from desktop.ui.kit.history import HistoryPanel
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from tests.ui.conftest import open_window

Say = Callable[[QWidget, str], None]


@pytest.fixture
def services_bench(services: Services, tasks: Tasks) -> Workbench:
    return Workbench(services, tasks)


@pytest.fixture
def screen(qtbot: QtBot, services_bench: Workbench, tasks: Tasks) -> InstitutionScreen:
    made = InstitutionScreen(services_bench)
    open_window(qtbot, made)
    made.enter()
    qtbot.waitUntil(lambda: made.station.form.draft().name != "")
    tasks.finish()
    return made


def turn_to(screen: InstitutionScreen, kind: str) -> tuple[Section, EntryPanel]:
    screen.enter(kind=kind)
    section = next(each for each in screen.sections.values() if kind in each.kinds)
    return section, section.panel


def shown(section: Section, kind: str) -> list[str]:
    return [
        row.value({"price": "price_fen", "finding": "finding"}[kind])
        for row in section.lists[kind].table.model().records
    ]


def test_institution_file_is_saved_and_the_code_stays(
    screen: InstitutionScreen, services: Services, say: Say, qtbot: QtBot
) -> None:
    screen.enter()
    station = screen.station
    assert not station.save.isEnabled()
    assert not station.form.binding.control("code").isEnabled(), "it stands in file numbers on paper"
    manager = station.form.binding.control("manager")
    manager.clear()
    say(manager, "欧阳文静")
    station.save.click()
    qtbot.waitUntil(lambda: services.stations.draft()[0].manager == "欧阳文静")
    qtbot.waitUntil(lambda: not station.save.isEnabled())


def test_faults_of_the_institution_file_hold_it_back(
    screen: InstitutionScreen, services: Services, say: Say, qtbot: QtBot
) -> None:
    screen.enter()
    before = services.stations.draft()
    uscc = screen.station.form.binding.control("uscc")
    qtbot.keyClicks(uscc, "91350100M000100Y44")
    screen.shortcut_save()
    assert uscc.hasFocus()
    assert uscc.property("bad") == "error"
    assert services.stations.draft() == before


def test_unfinished_institution_file_comes_back(
    screen: InstitutionScreen, services_bench: Workbench, tasks: Tasks, say: Say, qtbot: QtBot
) -> None:
    screen.enter()
    say(screen.station.form.binding.control("legal_person"), "虚构人乙")
    screen.leave()
    tasks.finish()
    again = InstitutionScreen(services_bench)
    open_window(qtbot, again)
    again.enter()
    qtbot.waitUntil(lambda: "虚构人乙" in (again.station.form.draft().legal_person or ""))
    assert again.station.banner.isVisible()
    again.station.undo.click()
    qtbot.waitUntil(lambda: "虚构人乙" not in (again.station.form.draft().legal_person or ""))


def test_rooms_are_kept(screen: InstitutionScreen, services: Services, qtbot: QtBot) -> None:
    form = screen.station.form
    before = services.stations.draft()[0].rooms
    form.binding.control("rooms").set_values([*before, "safe"])
    form.binding.control("rooms").edited.emit()
    form.binding.control("area_m2").set_value("很大")
    screen.shortcut_save()
    assert form.binding.control("area_m2").property("bad") == "error"
    form.binding.control("area_m2").set_value("300")
    screen.shortcut_save()
    qtbot.waitUntil(lambda: services.stations.draft()[0].area_m2 == 300)
    assert set(services.stations.draft()[0].rooms) == {*before, "safe"}


def test_a_price_is_typed_and_the_next_one_ends_it(
    screen: InstitutionScreen, services: Services, say: Say, qtbot: QtBot
) -> None:
    section, panel = turn_to(screen, "price")
    for yuan, day in (("20", "2025-01-01"), ("0", "2026-01-01")):
        section.lists["price"].new.click()
        control = panel.form.binding.control
        say(control("service"), "日间训练")
        say(control("unit"), "次")
        qtbot.keyClicks(control("price_fen"), yuan)
        qtbot.keyClicks(control("from_on"), day)
        screen.shortcut_save()
        qtbot.waitUntil(lambda yuan=yuan: yuan in shown(section, "price"))
    assert shown(section, "price") == ["0", "20"]
    assert [row.value("to_on") for row in services.institution.rows("price")] == ["", "2025-12-31"]


def test_faults_hold_an_entry_back_and_say_where(screen: InstitutionScreen, services: Services, qtbot: QtBot) -> None:
    section, panel = turn_to(screen, "price")
    section.lists["price"].new.click()
    qtbot.keyClicks(panel.form.binding.control("price_fen"), "x")
    screen.shortcut_save()
    assert panel.form.binding.control("service").hasFocus()
    assert panel.form.binding.field("price_fen").has_fault
    assert services.institution.rows("price") == ()


def test_an_unfinished_entry_comes_back(
    screen: InstitutionScreen, services_bench: Workbench, tasks: Tasks, say: Say, qtbot: QtBot
) -> None:
    section, panel = turn_to(screen, "insurance")
    section.lists["insurance"].new.click()
    say(panel.form.binding.control("insurer"), "虚构保险公司")
    screen.leave()
    tasks.finish()
    again = InstitutionScreen(services_bench)
    open_window(qtbot, again)
    again.enter(kind="insurance", entry="new")
    found = again.sections["insurance"].panel
    qtbot.waitUntil(lambda: found.form.binding.control("insurer").value() == "虚构保险公司")
    found.undo.click()
    qtbot.waitUntil(lambda: found.form.binding.control("insurer").value() == "")


def supervised(services: Services) -> tuple[str, str]:
    """A visit of an authority with one finding, and one without."""
    record = services.institution.record
    record(Entry("inspection", {"visited_on": "2025-06-01", "authority": "虚构县残联"}))
    visit = record(Entry("inspection", {"visited_on": "2026-03-01", "authority": "虚构县民政局"}))
    values = {"visit_id": visit, "finding": "灭火器过期", "state": "open", "due_on": "2026-03-15"}
    return visit, record(Entry("finding", values))


def test_findings_stand_below_their_visit_and_a_duty_leads_to_them(
    screen: InstitutionScreen, services: Services, say: Say, tasks: Tasks, qtbot: QtBot
) -> None:
    visit, finding = supervised(services)
    screen.enter(kind="finding", entry=finding)
    section = screen.sections["inspection"]
    qtbot.waitUntil(lambda: section.panel.entry.id == finding)
    assert section.owner_id == visit
    section.panel.form.binding.control("state").set_value("mended")
    section.panel.form.binding.control("state").edited.emit()
    screen.shortcut_save()
    assert section.panel.form.binding.field("mended_on").has_fault, "mended on which day?"
    qtbot.keyClicks(section.panel.form.binding.control("mended_on"), "2026-03-20")
    screen.shortcut_save()
    qtbot.waitUntil(lambda: services.institution.rows("finding")[0].value("state") == "mended")
    upper = section.lists["inspection"].table
    upper.setFocus()
    qtbot.keyClick(upper, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: shown(section, "finding") == [])


def test_an_unfinished_finding_comes_back_below_its_own_visit(
    screen: InstitutionScreen, services_bench: Workbench, services: Services, say: Say, tasks: Tasks, qtbot: QtBot
) -> None:
    supervised(services)
    older = services.institution.rows("inspection")[1]
    section, panel = turn_to(screen, "inspection")
    qtbot.waitUntil(lambda: section.lists["inspection"].table.choose(older.id))
    section.lists["finding"].new.click()
    say(panel.form.binding.control("finding"), "台账缺页")
    screen.leave()
    tasks.finish()
    again = InstitutionScreen(services_bench)
    open_window(qtbot, again)
    kind, _, entry = services.drafts.rows()[0].subject.partition("/")
    again.enter(kind=kind, entry=entry)
    found = again.sections["inspection"]
    qtbot.waitUntil(lambda: found.panel.entry.kind == "finding")
    qtbot.waitUntil(lambda: found.panel.form.binding.control("finding").value() == "台账缺页")
    assert (found.owner_id, found.panel.entry.owner_id) == (older.id, older.id)


def test_what_was_removed_is_gone_from_the_list(
    screen: InstitutionScreen, services: Services, tasks: Tasks, qtbot: QtBot
) -> None:
    _, finding = supervised(services)
    screen.enter(kind="finding", entry=finding)
    section = screen.sections["inspection"]
    qtbot.waitUntil(lambda: section.panel.entry.id == finding)
    section.panel.remove.click()
    modal = screen.findChild(Modal)
    next(each for each in modal.findChildren(QPushButton) if each.text().strip() == "删除").click()
    qtbot.waitUntil(lambda: services.institution.rows("finding") == ())
    qtbot.waitUntil(lambda: shown(section, "finding") == [])
    assert len(services.institution.rows("inspection")) == 2


def test_the_history_shows_what_changed(screen: InstitutionScreen, services: Services, qtbot: QtBot) -> None:
    draft, revision = services.stations.draft()
    services.stations.amend(replace(draft, manager="王敏"), revision)
    screen.show_history()
    panel = screen.findChildren(HistoryPanel)[-1]
    qtbot.waitUntil(lambda: any(each.after == "王敏" for each in panel.shown()))


def test_the_notice_is_shown_and_stored_as_shown(
    services_bench: Workbench, services: Services, tasks: Tasks, qtbot: QtBot
) -> None:
    price = {"service": "日间训练", "unit": "次", "price_fen": "0", "from_on": "2026-01-01"}
    services.institution.record(Entry("price", price))
    documents = DocumentsScreen(services_bench)
    open_window(qtbot, documents)
    documents.enter(paper="notice")
    qtbot.waitUntil(lambda: documents.model.desk.paper is not None)
    paper = documents.model.desk.paper
    assert paper is not None
    document_id = services.documents.issue(paper)
    assert services.documents.pdf(document_id) == paper.pdf
    assert services.documents.rows()[0].person_id is None


def test_role_without_the_right_sees_but_cannot_change(services: Services, tasks: Tasks, qtbot: QtBot) -> None:
    services.institution.record(Entry("plan", {"plan_version": "2026版", "approved_on": "2026-01-05"}))
    few = frozenset({"institution.read", "stations.read", "codes.read"})
    desk = services.desk
    limited = Services(replace(desk, actor=replace(desk.actor, role="nurse", permissions=few)), lambda: None)
    screen = InstitutionScreen(Workbench(limited, tasks))
    open_window(qtbot, screen)
    section, panel = turn_to(screen, "plan")
    qtbot.waitUntil(lambda: panel.form.binding.control("plan_version").value() == "2026版")
    assert not panel.form.isEnabled()
    assert not panel.save.isEnabled()
    assert not section.lists["plan"].new.isEnabled()
    assert not screen.station.form.isEnabled()
    assert "站长" in screen.station.state.text(), "why it is greyed out stands beside it"


def test_training_of_the_staff_adds_up_by_person_and_year(
    screen: InstitutionScreen, services: Services, say: Say, qtbot: QtBot
) -> None:
    def stored() -> tuple[Entry, ...]:
        return services.institution.rows("staff_training")

    section, panel = turn_to(screen, "staff_training")
    for day, hours in (("2026-01-10", "12"), ("2026-02-10", "8")):
        section.lists["staff_training"].new.click()
        for name, text in (("staff", "林晓岚"), ("held_on", day), ("hours", hours), ("topic", "康复需求评估")):
            say(panel.form.binding.control(name), text)
        panel.save.click()
        qtbot.waitUntil(lambda day=day: [row.value("held_on") for row in stored()][:1] == [day])
    qtbot.waitUntil(lambda: len(section.lists["staff_training"].table.model().records) == 2)
    model = section.lists["staff_training"].table.model()
    assert [model.data(model.index(0, place)) for place in (1, 2, 3)] == ["2026-02-10", "8", "2026 年 20 学时"]
