"""What is chosen before a paper is printed: term, tick-boxes or price, letter size."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.documents import PaperChoices
from desktop.ui.consents.scopes import ScopeSwitches
from desktop.ui.kit.basics import IconLabel, label
from desktop.ui.kit.form import Field, FormBinding, Tick, area_field, date_field
from desktop.ui.kit.layouts import card, column, frame, row, scroll, separator


class MakingPanel(QWidget):
    """Signal `edited` whenever the paper would look different."""

    edited = Signal()

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.binding = FormBinding(self)
        self.scopes = ScopeSwitches()
        self._counts = label("", "small")
        first, last = date_field(), date_field()
        term = row(
            (self._field("valid_from", tr("从"), first), 1), (self._field("valid_to", tr("到"), last), 1), spacing=10
        )
        large = Tick(tr("大字版（给看不清小字的人）"))
        self.binding.add("is_large_print", large)
        head = card(row(label(tr("有效期"), "h3"), None, large), term, spacing=8, margins=14)
        self.setLayout(column(head, (self._consent() if kind == "consent" else self._agreement(), 1), spacing=12))
        self.binding.changed.connect(lambda _: self.edited.emit())
        self.scopes.edited.connect(self._follow)
        self._say_counts()

    def set_term(self, first: date, last: date) -> None:
        """Suggest a term unless somebody typed one."""
        if not self.binding.control("valid_from").value():
            self.binding.fill({"valid_from": first, "valid_to": last})

    def fill(self, choices: PaperChoices) -> None:
        """Show what was chosen before, without a signal."""
        self.binding.fill_from(choices)
        if choices.scopes:
            self.scopes.set_value(choices.scopes)
        self._say_counts()

    def choices(self) -> PaperChoices:
        """Return what was chosen."""
        values = self.binding.values()
        return PaperChoices(
            scopes=self.scopes.value() if self._kind == "consent" else (),
            valid_from=values["valid_from"], valid_to=values["valid_to"],
            price_text=str(values.get("price_text", "")), is_large_print=bool(values["is_large_print"]),
        )  # fmt: skip

    def _field(self, name: str, words: str, control: QWidget) -> Field:
        field = Field(words, control)
        self.binding.add(name, field)
        return field

    def _consent(self) -> QWidget:
        top = row(label(tr("同意事项"), "h3"), None, self._counts)
        foot = row(
            IconLabel("info", "info", 15),
            (label(tr("逐项征得同意；没勾的项目不影响接受服务，a、b 两项除外。"), "note", wrapped=True), 1),
        )
        return card(top, separator(), (scroll(self.scopes), 1), separator(), foot, spacing=8, margins=14)

    def _agreement(self) -> QWidget:
        price = self._field("price_text", tr("收费（不收费就留空，协议上会印“免费”）"), area_field(height=72))
        return frame(column(card(label(tr("服务收费"), "h3"), price, spacing=8, margins=14), None))

    def _follow(self) -> None:
        self._say_counts()
        self.edited.emit()

    def _say_counts(self) -> None:
        agreed, refused = self.scopes.counts()
        self._counts.setText(tr("同意 {n} · 不同意 {m}", n=agreed, m=refused))
