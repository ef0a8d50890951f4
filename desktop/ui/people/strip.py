"""The status strip of a file: five duties, each with its state in words, the reason and exactly one action."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.i18n import tr
from desktop.services.people import StateCard
from desktop.ui.kit.basics import ElidedLabel, IconLabel, Tile, button, restyle
from desktop.ui.kit.layouts import column, keep_order, row
from desktop.ui.kit.theme import px

_ICONS = {
    "consent": "file-check", "agreement": "handshake", "visit": "house", "training": "clipboard-check",
    "danger": "shield",
}  # fmt: skip
_SIGNS = {"ok": "circle-check", "warn": "clock", "bad": "circle-alert", "info": "info", "off": "circle-dashed"}
_TOKENS = {"off": "text3"}


class StateCardView(QFrame):
    """One duty of the file."""

    wanted = Signal(object)  # StateCard

    def __init__(self, card: StateCard) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._card = card
        self._tile = Tile(_ICONS.get(card.key, "info"), card.tone, 24, 14)
        self._title = ElidedLabel(card.title, "small")
        self._sign = IconLabel("info", "info", 15)
        self._state = ElidedLabel("", "h2")
        self._reason = ElidedLabel("", "note")
        self.action = button("", kind="ghost", small=True, on_click=lambda: self.wanted.emit(self._card))
        self.action.setProperty("tight", "1")
        head = row(self._tile, (self._title, 1), self._sign, spacing=7)
        foot = row((self._reason, 1), self.action, spacing=4)
        self.setLayout(column(head, self._state, foot, spacing=4, margins=(12, 10, 8, 6)))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_card(card)

    def show_card(self, card: StateCard) -> None:
        """Show another state of the duty."""
        self._card = card
        self._tile.set_look(_ICONS.get(card.key, "info"), card.tone)
        self._title.set_full_text(card.title)
        self._sign.set_icon(_SIGNS.get(card.tone, "info"), _TOKENS.get(card.tone, card.tone))
        restyle(self._state, tone=card.tone)
        self._state.set_full_text(card.state)
        self._reason.set_full_text(card.reason)
        self.action.setText(f"{card.action_label} ›")
        self.action.setAccessibleName(tr("{title}：{action}", title=card.title, action=card.action_label))
        self.action.setVisible(bool(card.action_label))
        self.setAccessibleName(f"{card.title}：{card.state}，{card.reason}")


class StateStrip(QWidget):
    """The five cards side by side."""

    wanted = Signal(object)  # StateCard

    def __init__(self) -> None:
        super().__init__()
        self._row = row(spacing=12)
        self.setLayout(self._row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(px(100))
        self.cards: dict[str, StateCardView] = {}

    def show_states(self, states: tuple[StateCard, ...]) -> None:
        """Show the duties of a file; cards that are there already only change."""
        if [state.key for state in states] != list(self.cards):
            for old in self.cards.values():
                old.deleteLater()
            self.cards = {state.key: self._new(state) for state in states}
            keep_order(self, *(card.action for card in self.cards.values()))
        for state in states:
            self.cards[state.key].show_card(state)

    def _new(self, state: StateCard) -> StateCardView:
        made = StateCardView(state)
        made.wanted.connect(self.wanted)
        self._row.addWidget(made, 1)
        return made
