"""Beside the timeline: what one needs to know before going there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.i18n import tr
from desktop.services.people import PersonCard
from desktop.ui.kit.layouts import column, frame, scroll, separator
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.theme import px
from desktop.ui.people.facts import FactGroupView

_GROUPS = ("guardian", "contact", "illness")


class SidePanel(QFrame):
    """The warning, what the file still lacks, and the facts on guardian, contact and illness."""

    reveal_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.note = Banner("warn")
        self.missing = Banner("info")
        self.parts = Banner("info")
        self.groups: list[FactGroupView] = []
        self._facts = column(spacing=11, margins=(16, 2, 10, 12))
        self._facts.addStretch(1)
        top = frame(column(self.note, self.missing, self.parts, spacing=8, margins=(12, 12, 12, 4)))
        self.setLayout(column(top, (scroll(frame(self._facts)), 1), spacing=4, margins=(0, 0, 0, 8)))
        self.setFixedWidth(px(312))

    def show_card(self, card: PersonCard, missing: str, on_mend: Callable[[], object] | None) -> None:
        """Show the panel of a file; `missing` is a sentence, `on_mend` leads to where it is filled in."""
        self.note.say("warn", card.warning_note or "")
        self.missing.say("info", missing, tr("去补") if on_mend else None, on_mend)
        while self._facts.count() > 1:
            item = self._facts.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        self.groups = [FactGroupView(group) for key in _GROUPS for group in card.facts if group.key == key]
        for place, view in enumerate(self.groups):
            view.reveal_wanted.connect(self.reveal_wanted)
            if place:
                self._facts.insertWidget(self._facts.count() - 1, separator())
            self._facts.insertWidget(self._facts.count() - 1, view)

    def show_parts(self, there: int, needed: int, on_open: Callable[[], object]) -> None:
        """Show how many of the parts of the file are there; the button opens the catalogue."""
        sentence = tr("档案目录 {there}/{needed}", there=there, needed=needed)
        self.parts.say("ok" if there == needed else "info", sentence, tr("看目录"), on_open)
