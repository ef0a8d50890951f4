"""Keeps what is typed: every form saves itself into the encrypted store while the person works. QtCore only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.services.drafts import DraftRow

Form = TypeVar("Form", bound=Any)  # a frozen dataclass

_PAUSE = 800  # ms between a change and the save that holds it, however long somebody types on without a rest


class DraftKeeper(ViewModel):
    """The unfinished form of one area: found again when the form opens, kept while it changes, forgotten when done."""

    kept = Signal(object)  # DraftRow, after each save

    def __init__(self, bench: Workbench, area: str, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self._area = area
        self._may = bench.may("drafts.use")  # who only looks leaves nothing unfinished
        self._subject = ""
        self._pending: tuple[str, dict[str, object]] | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.keep_now)

    def open(self, subject: str, found: Callable[[DraftRow | None], object]) -> None:
        """Turn to one subject and hand over its unfinished form, if there is one."""
        self._subject = subject
        if not self._may:
            return
        drafts, area = self.bench.services.drafts, self._area
        self.ask(lambda: drafts.find(area, subject), found, about="find")

    def touch(self, title: str, content: dict[str, object]) -> None:
        """Something was typed: keep it shortly."""
        if not self._may:
            return
        self._pending = (title, content)
        if not self._pause.isActive():
            self._pause.start()

    def keep_now(self) -> None:
        """Keep what is pending at once (leaving the screen, locking)."""
        self._pause.stop()
        if self._pending is None:
            return
        (title, content), self._pending = self._pending, None
        drafts, area, subject = self.bench.services.drafts, self._area, self._subject
        self.act(lambda: drafts.keep(area, subject, title, content), self.kept.emit)

    def forget(self) -> None:
        """The form is finished, or the person gave it up."""
        self._pause.stop()
        self._pending = None
        if not self._may:
            return
        drafts, area, subject = self.bench.services.drafts, self._area, self._subject
        self.act(lambda: drafts.discard(area, subject), lambda _: None)


def draft_from(content: Mapping[str, object], base: Form) -> Form:
    """Return the form as it was kept; fields this version does not know are passed over."""
    known = {each.name for each in fields(base)}
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items() if name in known
    }
    return replace(base, **values)


def began(content: Mapping[str, object]) -> Mapping[str, object]:
    """Return what a kept form began with; what an older version kept has not told it."""
    stored = content.get("stored")
    return stored if isinstance(stored, dict) else {}
