"""A window of numbered steps: one page after another, a bar at the bottom that says what is still missing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from desktop.i18n import tr
from desktop.ui.kit.basics import ElidedLabel, IconLabel, button, label
from desktop.ui.kit.layouts import Item, column, frame, row, scroll
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.steps import Steps


class WizardPage(QWidget):
    """One step. Signal `changed` when what is missing may have changed."""

    name = ""
    changed = Signal()
    next_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.next_words = ""
        self.can_go_back = True

    def put(self, *items: Item, spacing: int = 12) -> None:
        """Lay the page out as a column."""
        self.setLayout(column(*items, spacing=spacing))

    def enter(self) -> None:
        """Called each time the page is shown."""

    def missing(self) -> str:
        """Return what is still missing in one sentence, or empty text when the next step may come."""
        return ""

    def first_focus(self) -> QWidget | None:
        """Return the widget that has the focus when the page shows."""
        return None

    def accept(self) -> bool:
        """Called when the person goes on; False (with the faults shown) stays."""
        return True


class WizardWindow(QMainWindow):
    """Steps above, page in the middle, bar below. Signal `given_up` when the person closes the window."""

    given_up = Signal()

    def __init__(self, title: str, pages: Sequence[WizardPage]) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.pages = tuple(pages)
        self._place = 0
        self._is_finished = False
        self.title = label("", "h1")
        self.aside = ElidedLabel("", "sub")
        self.steps = Steps([page.name for page in pages])
        self.banner = Banner()
        self._stack = QStackedWidget()
        for page in pages:
            self._stack.addWidget(scroll(page, "bg"))
            page.changed.connect(self._settle)
            page.next_wanted.connect(self.go_on)
        self._sign = IconLabel("circle-alert", "warn", 16)
        self._words = ElidedLabel("", "small")
        self.back = button(tr("上一步"), on_click=self.go_back)
        self.next = button(tr("下一步"), kind="primary", on_click=self.go_on)
        self.next.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        head = column(
            row(self.title, (self.aside, 1)),
            self.steps,
            self.banner,
            (self._stack, 1),
            spacing=10,
            margins=(40, 20, 40, 8),
        )
        self.aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        bar = frame(
            row(self._sign, (self._words, 1), self.back, self.next, spacing=10, margins=(40, 11, 40, 11)), "savebar"
        )
        self.setCentralWidget(frame(column((frame(head), 1), bar, spacing=0), "page"))
        QShortcut(QKeySequence("Esc"), self, self.go_back)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.go_on)
        self.show_page(0)

    @property
    def page(self) -> WizardPage:
        """The page that shows."""
        return self.pages[self._place]

    def show_page(self, place: int) -> None:
        """Show a page by its number from 0."""
        self._place = place
        page = self.page
        self._stack.setCurrentIndex(place)
        self.steps.set_current(place)
        self.title.setText(f"{self.windowTitle()} · {page.name}")
        self.banner.say("info", "")
        page.enter()
        self._settle()
        wanted = page.first_focus()
        if wanted is not None:
            wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Go to the next page when nothing is missing here."""
        if not self.next.isEnabled() or not self.page.accept():
            self._settle()
            return
        if self._place + 1 < len(self.pages):
            self.show_page(self._place + 1)

    def go_back(self) -> None:
        """Go to the page before; what was typed stays."""
        if self._place > 0 and self.page.can_go_back:
            self.show_page(self._place - 1)

    def finish(self) -> None:
        """Let the window close without asking."""
        self._is_finished = True

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        if not self._is_finished:
            self.given_up.emit()

    def _settle(self) -> None:
        missing = self.page.missing()
        self._words.set_full_text(missing)
        self._sign.setVisible(bool(missing))
        self.next.setEnabled(not missing)
        is_last = self._place + 1 == len(self.pages)
        following = "" if is_last else self.pages[self._place + 1].name
        words = self.page.next_words or tr("下一步：{name}", name=following)
        self.next.setText(words)
        self.next.setAccessibleName(words)
        self.back.setEnabled(self._place > 0 and self.page.can_go_back)
