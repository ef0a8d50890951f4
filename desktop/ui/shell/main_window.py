"""The window of an unlocked station: rail, screens, the way back, busy bar, toasts and notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QProgressBar, QStackedWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.kit.layouts import column, focus_first, frame, row
from desktop.ui.kit.messages import Banner, Modal, Toast, failure_text
from desktop.ui.kit.navigation import Screen
from desktop.ui.kit.theme import px, state
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell.areas import AREAS, entries
from desktop.ui.shell.cover import KEYS as COVER_KEYS
from desktop.ui.shell.cover import Cover
from desktop.ui.shell.duties import OverdueModel
from desktop.ui.shell.rail import Rail

_NARROW_BELOW = 1150
_HISTORY = 50


class MainWindow(QMainWindow):
    """Opens screens by route, remembers the way, and never knows what is on them."""

    lock_wanted = Signal()
    exit_wanted = Signal()

    def __init__(self, bench: Workbench, role_label: str) -> None:
        super().__init__()
        self._bench = bench
        self._role_label = role_label
        self._kept: dict[str, Screen] = {}
        self._way: list[tuple[str, dict[str, Any]]] = []
        self._overdue = 0
        self._way_back: Callable[[], object] | None = None  # of the act told last
        self.may_close = False
        self.setWindowTitle(bench.services.desk.facts.station_name)
        self._stack = QStackedWidget()
        self._is_narrow = False
        self.rail = self._new_rail()
        self._build()
        self._connect()

    def _build(self) -> None:
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(tr("正在处理"))
        self.busy.hide()
        self.notice = Banner()
        self._notice_frame = frame(row(self.notice, margins=(24, 10, 24, 0)))
        self._notice_frame.hide()
        body = column(self._notice_frame, (self._stack, 1), spacing=0)
        self._rail_row = row(self.rail, (body, 1), spacing=0)
        self.setCentralWidget(frame(self._rail_row, "page"))
        self.busy.setParent(self)
        self.cover = Cover(self)
        self.cover.raised.connect(self._hide_names)

    def _connect(self) -> None:
        bench = self._bench
        bench.route_wanted.connect(self.go)
        bench.back_wanted.connect(self.back)
        bench.toast_wanted.connect(self.toast)
        for keys, slot in (
            ("Ctrl+L", self.lock_wanted.emit),
            ("Ctrl+S", self._save),
            ("Esc", self._escape),
            ("Ctrl+Z", self._undo_last),
            *((keys, self.cover.toggle) for keys in COVER_KEYS),
        ):
            QShortcut(QKeySequence(keys), self, slot)
        for place in range(1, 10):
            QShortcut(QKeySequence(f"Alt+{place}"), self, lambda place=place: self._go_to_entry(place - 1))
        if bench.may("today.read"):
            self._overdue_model = OverdueModel(bench, self)
            self._overdue_model.counted.connect(self._set_overdue)
            self._overdue_model.reload()

    def go(self, route: str, params: dict[str, Any] | None = None) -> bool:
        """Open a screen; say whether it was opened (the screen left may refuse, the role may not be enough)."""
        area = AREAS[route]
        if not self._bench.may(area.permission):
            self.say("warn", tr("您的角色不能打开这一页。如有需要，请站长调整角色。"))
            return False
        if not self._leave():
            return False
        if route in {entry.route for entry in entries()}:
            self._way.clear()
        self._way = [*self._way, (route, params or {})][-_HISTORY:]
        self._show()
        return True

    def back(self) -> None:
        """Show again where the person came from."""
        if len(self._way) > 1 and self._leave():
            self._way.pop()
            self._show()

    @property
    def page(self) -> Screen | None:
        """The screen that shows."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Screen) else None

    @property
    def place(self) -> tuple[str, dict[str, Any]]:
        """The route that shows and its parameters."""
        return self._way[-1]

    @property
    def way(self) -> list[tuple[str, dict[str, Any]]]:
        """The routes one can go back to, the one that shows last; given to the next window after a change of looks."""
        return list(self._way)

    def resume(self, way: list[tuple[str, dict[str, Any]]]) -> None:
        """Show the last of these routes, with the others to go back to."""
        self._way = list(way)
        self._show()

    def leave(self) -> None:
        """Have the screen keep its draft, before locking or closing."""
        self._leave()

    def empty(self) -> None:
        """Delete everything in the window at once; its frame stays on the screen until the next one shows."""
        content = self.takeCentralWidget()
        content.deleteLater()
        QCoreApplication.sendPostedEvents(content, QEvent.Type.DeferredDelete.value)

    def toast(self, text: str, undo_label: str = "", on_undo: Callable[[], object] | None = None) -> None:
        """Say in passing that something was done."""
        for older in self.findChildren(Toast):
            older.close()
        self._way_back = on_undo
        Toast(self, text, undo_label, on_undo).settle(self.rail.width())

    def say(self, tone: str, text: str) -> None:
        """Show a sentence above the screen until it is acknowledged."""
        self.notice.say(tone, text, tr("知道了"), self.hush)
        self._notice_frame.show()

    def say_failure(self, trouble: KangyiError) -> None:
        """Show a failure that belongs to no screen."""
        self.say("bad", failure_text(trouble).sentence)

    def hush(self) -> None:
        """Take the sentence away."""
        self._notice_frame.hide()

    def show_busy(self, is_busy: bool) -> None:
        """Show that work is going on for longer than a second."""
        self.busy.setVisible(is_busy)
        self._settle_busy()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() / state.scale < _NARROW_BELOW
        if is_narrow != self._is_narrow:
            self._change_rail(is_narrow)
        self._settle_busy()
        self.cover.settle()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close:
            event.accept()
            return
        event.ignore()
        self.exit_wanted.emit()

    def _hide_names(self) -> None:
        """Let the screen mask what was revealed: whoever comes back sees it as before the reveal."""
        if self.page is not None:
            self.page.hide_revealed()

    def _settle_busy(self) -> None:
        self.busy.setGeometry(self.rail.width(), 0, self.width() - self.rail.width(), px(4))
        self.busy.raise_()
        if self.cover.isVisible():
            self.cover.settle()

    def _new_rail(self) -> Rail:
        facts, actor = self._bench.services.desk.facts, self._bench.services.actor
        shown = [entry for entry in entries() if self._bench.may(AREAS[entry.route].permission)]
        kind = tr("练习站点") if facts.is_practice else tr("社区康复服务站")
        rail = Rail(shown, self._is_narrow, (facts.station_name, kind), (actor.name, self._role_label))
        rail.wanted.connect(self._want)
        rail.lock_wanted.connect(self.lock_wanted)
        rail.set_badge("today", self._overdue)
        if self._way:
            rail.show_at(AREAS[self._way[-1][0]].entry)
        return rail

    def _change_rail(self, is_narrow: bool) -> None:
        self._is_narrow = is_narrow
        before, self.rail = self.rail, self._new_rail()
        self._rail_row.replaceWidget(before, self.rail)
        before.deleteLater()

    def _want(self, route: str) -> None:
        if not self.go(route) and self._way:
            self.rail.show_at(AREAS[self._way[-1][0]].entry)

    def _go_to_entry(self, place: int) -> None:
        if place < len(self.rail.routes()):
            self.go(self.rail.routes()[place])

    def _leave(self) -> bool:
        return self.page is None or self.page.leave()

    def _show(self) -> None:
        route, params = self._way[-1]
        area = AREAS[route]
        before = self.page
        screen = self._kept.get(route) or area.screen_class()(self._bench)
        if area.is_kept:
            self._kept[route] = screen
        if self._stack.indexOf(screen) < 0:
            self._stack.addWidget(screen)
        self._stack.setCurrentWidget(screen)
        if before is not None and before is not screen and before not in self._kept.values():
            self._stack.removeWidget(before)
            before.deleteLater()
        self.rail.show_at(area.entry)
        screen.enter(**params)
        QTimer.singleShot(0, screen, lambda: self._focus(screen))

    def _focus(self, screen: Screen) -> None:
        wanted = screen.default_focus()
        if screen is not self.page or self.findChildren(Modal):
            return
        if wanted is not None and wanted.isVisible():
            wanted.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            focus_first(screen)

    def _save(self) -> None:
        if self.page is not None and not self._top_modal():
            self.page.shortcut_save()

    def _undo_last(self) -> None:
        """Take back the act told last; what was typed into a field is undone by the field itself."""
        if self._way_back is not None and not self._top_modal():
            way_back, self._way_back = self._way_back, None
            way_back()

    def _escape(self) -> None:
        modal = self._top_modal()
        if modal is not None:
            modal.close_modal()
        else:
            self.back()

    def _top_modal(self) -> Modal | None:
        shown = [each for each in self.findChildren(Modal) if each.isVisible()]
        return shown[-1] if shown else None

    def _set_overdue(self, number: int) -> None:
        self._overdue = number
        self.rail.set_badge("today", number)
