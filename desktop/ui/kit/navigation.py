"""The base of screens and the head that all of them wear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.i18n import tr
from desktop.ui.kit.basics import ElidedLabel, button, label
from desktop.ui.kit.layouts import Item, row
from desktop.ui.kit.theme import px
from desktop.ui.kit.workbench import Workbench

__all__ = ["PageHeader", "Screen", "Workbench"]


class Screen(QWidget):
    """One page of the shell: widgets built in `__init__`, put in by `set_page`, filled in `enter`."""

    title = ""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setProperty("role", "page")

    def set_page(self, *parts: QWidget) -> None:
        """Put the page in; a second part is a bar that stays at the bottom."""
        for place, part in enumerate(parts):
            self._layout.addWidget(part, 0 if place else 1)

    def enter(self, **params: Any) -> None:
        """Called each time the screen is shown, with the parameters of the route."""

    def leave(self) -> bool:
        """Called before another screen is shown or the program locks: keep the draft; False stays here."""
        return True

    def hide_revealed(self) -> None:
        """Mask again what was shown in full: the window was covered."""

    def shortcut_save(self) -> None:
        """What Ctrl+S does here."""

    def default_focus(self) -> QWidget | None:
        """Return the widget that has the focus when the screen opens."""
        return None


class PageHeader(QBoxLayout):
    """Title, a quiet sentence beside it, actions at the right, an optional way back at the left."""

    def __init__(
        self,
        title: str,
        sentence: str = "",
        actions: tuple[Item, ...] = (),
        on_back: Callable[[], object] | None = None,
        beside: tuple[Item, ...] = (),
    ) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight)
        self.title: QLabel = label(title, "h1s" if on_back else "h1")
        self.title.setMinimumHeight(px(36))  # the page begins at the same height with and without a button
        self.sentence = ElidedLabel(sentence, "sub")
        back: tuple[Item, ...] = ()
        if on_back:
            back = (button("", "chevron-left", "square", name=tr("返回（Esc）"), on_click=on_back), 2)
        self.setContentsMargins(0, 0, 0, 0)
        self.addLayout(row(*back, self.title, *beside, (self.sentence, 1), *actions, spacing=10))

    def set_sentence(self, text: str) -> None:
        """Change the quiet sentence."""
        self.sentence.set_full_text(text)
