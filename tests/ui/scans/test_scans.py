"""Papers and photos on the screen: the tab of the file, and taking them in by files, clipboard and keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.devices import printers
from desktop.domain.scans import WHOLE
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.services.scans import ScanDraft
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.scans.form import ScanScreen
from desktop.ui.scans.panel import ScansTab
from desktop.ui.today.viewmodel import route_of
from tests import factories, papers
from tests.conftest import DAY
from tests.ui.conftest import open_window

Routes = list[tuple[str, dict[str, object]]]


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.register(factories.person(name="赵一鸣"))


def keep(filled: Services, person_id: str, title: str = "残疾证", part: str = "ids") -> str:
    pages = filled.scans.take([papers.jpeg(), papers.jpeg(800, 600)], lambda _: None)
    return filled.scans.keep(ScanDraft(person_id, part=part, title=title, pages=pages))


def looks(filled: Services) -> int:
    return sum(row.act == "scans.view" for row in filled.audit.rows(limit=200))


class TestTab:
    @pytest.fixture
    def tab(self, qtbot: QtBot, styled: QApplication, bench: Workbench) -> ScansTab:
        made = ScansTab(bench)
        open_window(qtbot, made)
        return made

    def test_a_paper_opens_only_when_somebody_wants_it(
        self, qtbot: QtBot, filled: Services, tab: ScansTab, person_id: str
    ) -> None:
        keep(filled, person_id, "诊断书", "diagnosis")
        keep(filled, person_id)
        tab.show_person(person_id)
        qtbot.waitUntil(lambda: tab.records.rowCount() == 2 and len(tab.model.thumbnails) == 2)
        assert [tab.records.record(row).title for row in range(2)] == ["残疾证", "诊断书"]
        assert looks(filled) == 0
        tab.table.setFocus()
        qtbot.keyClick(tab.table, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
        qtbot.waitUntil(lambda: tab.preview.page_count == 2)
        assert looks(filled) == 1
        assert tab.edit.isEnabled()

    def test_nothing_of_one_client_stands_under_another(
        self, qtbot: QtBot, filled: Services, tab: ScansTab, tasks: Tasks, person_id: str
    ) -> None:
        keep(filled, person_id)
        tab.show_person(person_id)
        qtbot.waitUntil(lambda: tab.records.rowCount() == 1)
        tab.show_person(filled.people.rows(PeopleQuery(limit=1)).rows[0].id)
        assert tab.records.rowCount() == 0  # at once, before the answer
        assert not tab.edit.isEnabled()
        qtbot.waitUntil(lambda: not tasks.is_busy)

    def test_removed_with_a_reason_and_offered_back(
        self, qtbot: QtBot, filled: Services, bench: Workbench, tab: ScansTab, person_id: str
    ) -> None:
        toasts: list[tuple[str, str, object]] = []
        bench.toast_wanted.connect(lambda *toast: toasts.append(toast))
        keep(filled, person_id)
        opened(qtbot, tab, person_id)
        tab.away.click()
        (modal,) = tab.window().findChildren(Modal)
        yes = next(each for each in modal.findChildren(QPushButton) if each.text() == "删除")
        assert not yes.isEnabled()
        modal.findChildren(type(modal_words(modal)))[0].set_value("放错了")
        modal_words(modal).edited.emit()
        yes.click()
        qtbot.waitUntil(lambda: tab.records.rowCount() == 0)
        assert filled.removals.rows()[0].reason == "放错了"
        toasts[-1][2]()  # type: ignore[operator]
        qtbot.waitUntil(lambda: tab.records.rowCount() == 1)

    def test_a_lost_page_is_named_and_comes_back_from_the_backup(
        self, qtbot: QtBot, filled: Services, tab: ScansTab, person_id: str
    ) -> None:
        keep(filled, person_id)
        filled.backups.make()
        for piece in filled.desk.folder.pieces.rglob("*"):
            if piece.is_file():
                piece.write_bytes(b"damaged")
        tab.show_person(person_id)
        qtbot.waitUntil(lambda: tab.records.rowCount() == 1)
        tab.table.row_activated.emit(tab.records.record(0))
        qtbot.waitUntil(tab.banner.isVisible)
        assert "“残疾证”第 1 页" in tab.banner.text()
        tab.banner.action.click()
        qtbot.waitUntil(lambda: tab.preview.page_count == 2)

    def test_facts_are_changed_in_a_dialog_that_marks_its_faults(
        self, qtbot: QtBot, filled: Services, tab: ScansTab, person_id: str
    ) -> None:
        keep(filled, person_id)
        opened(qtbot, tab, person_id)
        tab.edit.click()
        qtbot.waitUntil(lambda: bool(tab.window().findChildren(Modal)))
        (modal,) = tab.window().findChildren(Modal)
        facts = modal.body
        facts.name.set_value("")
        save = next(each for each in modal.findChildren(QPushButton) if each.property("kind") == "primary")
        save.click()
        assert modal.isVisible()
        facts.name.set_value("残疾人证")
        save.click()
        qtbot.waitUntil(lambda: tab.records.record(0).title == "残疾人证")

    def test_a_copy_needs_a_reason_and_a_print_goes_to_the_printer(
        self, qtbot: QtBot, filled: Services, tab: ScansTab, person_id: str, tmp_path: Path
    ) -> None:
        jobs: list[bytes] = []

        class Printer:
            def names(self) -> list[str]:
                return ["P"]

            def send(self, pdf: bytes, printer: str, copies: int) -> None:
                jobs.append(pdf)

        printers.use(Printer())
        try:
            keep(filled, person_id)
            opened(qtbot, tab, person_id)
            qtbot.waitUntil(tab.print_bar.print.isEnabled)
            tab.print_bar.print.click()
            qtbot.waitUntil(lambda: len(jobs) == 1)
        finally:
            printers.use(None)
        tab.model.save(tmp_path / "a.pdf")
        (modal,) = tab.window().findChildren(Modal)
        modal_words(modal).set_value("调取")
        modal_words(modal).edited.emit()
        next(each for each in modal.findChildren(QPushButton) if each.text() == "存出").click()
        qtbot.waitUntil((tmp_path / "a.pdf").exists)

    def test_files_dragged_here_go_to_the_form(self, tab: ScansTab, person_id: str, routes: Routes) -> None:
        tab.show_person(person_id)
        drop(tab, Path("/tmp/a.jpg"))
        assert routes == [("scan", {"person_id": person_id, "sources": (Path("/tmp/a.jpg"),)})]


def opened(qtbot: QtBot, tab: ScansTab, person_id: str) -> None:
    tab.show_person(person_id)
    qtbot.waitUntil(lambda: tab.records.rowCount() == 1)
    tab.table.row_activated.emit(tab.records.record(0))
    qtbot.waitUntil(lambda: tab.preview.page_count == 2)


def modal_words(modal: Modal) -> object:
    from desktop.ui.kit.form import AreaField

    return modal.findChildren(AreaField)[0]


def drop(widget: object, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    event = QDropEvent(
        QPointF(QPoint(5, 5)), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    widget.dropEvent(event)  # type: ignore[attr-defined]


class TestForm:
    @pytest.fixture
    def screen(self, qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, person_id: str) -> ScanScreen:
        made = ScanScreen(bench)
        open_window(qtbot, made)
        made.enter(person_id=person_id)
        qtbot.waitUntil(lambda: made.name.text() == "赵一鸣" and not tasks.is_busy)
        return made

    def test_dragged_files_become_pages_that_are_put_right_and_kept(
        self, qtbot: QtBot, filled: Services, screen: ScanScreen, person_id: str, tmp_path: Path
    ) -> None:
        (tmp_path / "a.tif").write_bytes(papers.tiff(2))
        (tmp_path / "b.jpg").write_bytes(papers.jpeg())
        screen.model.take((tmp_path / "a.tif", tmp_path / "b.jpg"))
        qtbot.waitUntil(lambda: screen.strip.count() == 3)
        qtbot.waitUntil(lambda: len(screen.model.weights) == 3)
        assert "约" in screen.weight.text()
        screen.strip.setCurrentRow(2)
        screen.strip.setFocus()
        qtbot.keyClick(screen.strip, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)  # type: ignore[no-untyped-call]
        assert (screen.strip.currentRow(), screen.model.draft.pages[1].width) == (1, 600)
        qtbot.keyClick(screen.strip, Qt.Key.Key_Left)  # type: ignore[no-untyped-call]
        qtbot.keyClick(screen.strip, Qt.Key.Key_Delete)  # type: ignore[no-untyped-call]
        assert screen.strip.count() == 2
        screen.shortcut_save()
        assert screen.binding.field("title").has_fault
        assert filled.scans.rows(person_id) == ()
        screen.binding.fill({"title": "户口簿", "part": "ids", "quality": "small"})
        screen.binding.control("title").edited.emit()
        screen.shortcut_save()
        qtbot.waitUntil(lambda: len(filled.scans.rows(person_id)) == 1)
        (row,) = filled.scans.rows(person_id)
        assert (row.title, row.pages) == ("户口簿", 2)
        qtbot.waitUntil(lambda: filled.drafts.rows() == ())

    def test_the_frame_is_moved_by_keys_and_by_the_mouse(self, qtbot: QtBot, screen: ScanScreen) -> None:
        screen.model.take((papers.jpeg(),))
        qtbot.waitUntil(lambda: screen.canvas._image is not None)
        screen.canvas.setFocus()
        qtbot.keyClick(screen.canvas, Qt.Key.Key_Left)  # type: ignore[no-untyped-call]
        assert screen.model.draft.pages[0].crop == pytest.approx((0.0, 0.0, 0.99, 1.0))
        qtbot.waitUntil(lambda: screen.canvas.part != WHOLE)
        qtbot.keyClick(screen.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[no-untyped-call]
        assert screen.model.draft.pages[0].crop == pytest.approx(WHOLE)
        sheet = screen.canvas._sheet()
        qtbot.mousePress(screen.canvas, Qt.MouseButton.LeftButton, pos=sheet.topLeft().toPoint())  # type: ignore[no-untyped-call]
        qtbot.mouseRelease(screen.canvas, Qt.MouseButton.LeftButton, pos=sheet.center().toPoint())  # type: ignore[no-untyped-call]
        assert screen.model.draft.pages[0].crop == pytest.approx((0, 0, 0.5, 0.5), abs=0.02)
        screen._turn(1)
        assert (screen.model.draft.pages[0].turns, screen.model.draft.pages[0].crop) == (1, WHOLE)

    def test_a_copied_picture_is_pasted(self, qtbot: QtBot, screen: ScanScreen) -> None:
        image = QImage(300, 200, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        QGuiApplication.clipboard().setImage(image)
        screen.paste.click()
        qtbot.waitUntil(lambda: screen.strip.count() == 1)
        assert (screen.model.draft.pages[0].width, screen.model.draft.pages[0].height) == (300, 200)
        QGuiApplication.clipboard().clear()
        screen.paste.click()
        assert "剪贴板" in screen.banner.text()

    def test_a_bad_file_is_one_sentence_and_the_pages_stay(self, qtbot: QtBot, screen: ScanScreen) -> None:
        screen.model.take((papers.jpeg(),))
        qtbot.waitUntil(lambda: screen.strip.count() == 1)
        screen.model.take((b"%PDF-1.7 nothing",))
        qtbot.waitUntil(screen.banner.isVisible)
        assert "第 1 页读不出来" in screen.banner.text()
        assert screen.strip.count() == 1
        assert screen.save.isEnabled()

    def test_after_a_crash_the_pages_are_still_there(
        self, qtbot: QtBot, filled: Services, bench: Workbench, tasks: Tasks, screen: ScanScreen, person_id: str
    ) -> None:
        screen.model.take((papers.jpeg(), papers.tiff(1)))
        qtbot.waitUntil(lambda: filled.drafts.find("scan", person_id) is not None)
        again = ScanScreen(bench)
        open_window(qtbot, again)
        again.enter(person_id=person_id)
        qtbot.waitUntil(lambda: again.strip.count() == 2)
        again.model.give_up()
        qtbot.waitUntil(lambda: not tasks.is_busy)
        assert not [path for path in filled.desk.folder.pieces.rglob("*") if path.is_file()]

    def test_the_board_leads_back_to_what_was_left_unfinished(self, filled: Services, person_id: str) -> None:
        filled.drafts.keep("scan", person_id, "材料", {"title": "户口簿"})
        duty = next(each for each in filled.today.board(DAY).duties if each.kind == "draft")
        assert route_of(duty) == ("scan", {"person_id": person_id})

    def test_a_photo_without_consent_is_said_at_once(self, qtbot: QtBot, screen: ScanScreen) -> None:
        screen.binding.fill({"kind": "photo"})
        screen.binding.control("kind").edited.emit()
        assert "不能存有人像的照片" in screen.banner.text()
        screen.binding.fill({"kind": "paper"})
        screen.binding.control("kind").edited.emit()
        assert not screen.banner.isVisible()

    def test_no_scanner_is_said_with_the_next_step(
        self, qtbot: QtBot, screen: ScanScreen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        screen.scan.click()
        qtbot.waitUntil(screen.banner.isVisible)
        assert "scanimage" in screen.banner.text()
        assert screen.scan.isEnabled()

    def test_the_newest_file_of_the_scanner_s_folder(
        self, qtbot: QtBot, filled: Services, screen: ScanScreen, tmp_path: Path
    ) -> None:
        (tmp_path / "old.jpg").write_bytes(papers.jpeg(400, 400))
        (tmp_path / "new.jpg").write_bytes(papers.jpeg(500, 700))
        (tmp_path / "notes.txt").write_text("x")
        import os

        os.utime(tmp_path / "old.jpg", (1, 1))
        screen.model.set_folder(str(tmp_path))
        qtbot.waitUntil(lambda: screen.strip.count() == 1)
        assert screen.model.draft.pages[0].width == 500
