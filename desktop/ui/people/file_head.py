"""The head of a file: avatar, name, states, the masked ID with its eye, the actions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.people import PersonCard, PersonRow
from desktop.ui.kit.basics import Avatar, ElidedLabel, Pill, button
from desktop.ui.kit.layouts import column, row
from desktop.ui.kit.theme import icon
from desktop.ui.people.looks import sex_and_age, state_look

ID_FIELD = "id_no"


class FileHead(QFrame):
    """Signals: `reveal_wanted(name of the field)`; the buttons are given by the screen."""

    reveal_wanted = Signal(str)

    def __init__(self, codes: Codes, on_back: Callable[[], object], actions: tuple[QPushButton, ...]) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._codes = codes
        self._row: PersonRow | None = None
        self._shown_id = ""
        self._avatar = Avatar("", 50, 21)
        self.name = ElidedLabel("", "h1s")
        self._state, self._class = Pill("", "ok"), Pill("", "warn")
        self.words = ElidedLabel("", "small")
        self.eye = button("", "eye", "bare", small=True, name=tr("显示完整证件号（会记入日志）"), on_click=self._toggle)
        back = button("", "chevron-left", "square", name=tr("返回（Esc）"), on_click=on_back)
        first = row(self.name, self._state, self._class, None, spacing=8)
        second = row(self.words, self.eye, None, spacing=2)
        who = column(first, second, spacing=1)
        self.setLayout(row(back, self._avatar, (who, 1), *actions, spacing=11))

    def blank(self) -> None:
        """Show nobody, until another file is there."""
        self._row, self._shown_id = None, ""
        self._avatar.set_name("")
        for words in (self.name, self.words):
            words.set_full_text("")
        for part in (self._state, self._class, self.eye):
            part.hide()

    def show_card(self, card: PersonCard) -> None:
        """Show the head of a file."""
        self._row, self._shown_id = card.row, ""
        self._avatar.set_name(card.row.name)
        self.name.set_full_text(card.row.name)
        self._state.set_state(*state_look(self._codes, card.row))
        self._state.show()
        label = self._codes.label("service_class", card.row.service_class)
        self._class.set_state(label, "info")
        self._class.setVisible(bool(label))
        self._show_words()

    def show_revealed(self, name: str, words: str) -> None:
        """Show the ID in full; the eye hides it again."""
        if name == ID_FIELD:
            self._shown_id = words
            self._show_words()

    def hide_revealed(self) -> None:
        """Mask the ID again."""
        if self._shown_id:
            self._shown_id = ""
            self._show_words()

    def _toggle(self) -> None:
        if self._shown_id:
            self.hide_revealed()
        else:
            self.reveal_wanted.emit(ID_FIELD)

    def _show_words(self) -> None:
        shown = self._row
        if shown is None:
            return
        masked = shown.id_masked or tr("证件号未填")
        parts = (sex_and_age(self._codes, shown), shown.file_no, shown.village or "", self._shown_id or masked)
        self.words.set_full_text(" · ".join(part for part in parts if part))
        self.eye.setVisible(bool(shown.id_masked))
        self.eye.setIcon(icon("eye-off" if self._shown_id else "eye", "text2", 16))
