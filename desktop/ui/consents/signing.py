"""Recording the signatures of a paper that came back, or that is older than the program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.faults import Fault
from desktop.domain.versions import flat
from desktop.i18n import tr
from desktop.services.consents import RegisteredPaper, SignedPaper
from desktop.services.documents import DocumentRow
from desktop.ui.consents.scopes import ScopeSwitches
from desktop.ui.kit.basics import label
from desktop.ui.kit.form import Field, FormBinding, Tick, area_field, choice_field, date_field
from desktop.ui.kit.layouts import Item, card, column, row, scroll

OLDER = ""  # the paper was not printed by this program


class SigningPanel(QWidget):
    """Which paper, when, who signed, and (for a consent) what was ticked on the paper."""

    edited = Signal()
    paper_chosen = Signal(str)  # document id, or "" for an older paper

    def __init__(self, kind: str, today: date) -> None:
        super().__init__()
        self._kind = kind
        self._registered: dict[str, RegisteredPaper] = {}
        self.binding = FormBinding(self)
        self.paper = choice_field([(OLDER, tr("不是本程序打印的（以前签的纸）"))])
        self.scopes = ScopeSwitches()
        days = row(
            (self._field("signed_on", tr("签字日期"), date_field(latest=today), True), 1),
            (self._field("valid_from", tr("有效期从"), date_field()), 1),
            (self._field("valid_to", tr("到"), date_field()), 1),
            spacing=10,
        )
        self.client, self.guardian = Tick(tr("本人已签字"), on=True), Tick(tr("监护人已签字"), on=True)
        client = self._field("is_client_signed", "", self.client)
        guardian = self._field("is_guardian_signed", "", self.guardian)
        note = self._field("signer_note", tr("签字说明（捺印、见证人、签不了的原因）"), area_field(height=48))
        which = self._field("document_id", tr("哪一份纸"), self.paper)
        items: list[Item] = [which, days, row((client, 1), (guardian, 1)), note]
        if kind == "consent":
            self._scopes_field = Field(tr("照纸上的勾选逐项填"), self.scopes)
            self.binding.add("scopes", self._scopes_field)
            items.append(self._scopes_field)
        body = card(label(tr("登记签字"), "h3"), *items, None, spacing=10, margins=14)
        self.setLayout(column((scroll(body, "bg"), 1), spacing=0))
        self.binding.changed.connect(self._changed)
        self.labels = {
            "signed_on": tr("签字日期"), "valid_from": tr("有效期"), "valid_to": tr("有效期"),
            "is_client_signed": tr("本人签字"),
            "is_guardian_signed": tr("监护人签字"), "scopes": tr("同意事项"),
        }  # fmt: skip

    @property
    def correcting(self) -> RegisteredPaper | None:
        """The recorded paper that is to be corrected, when one is chosen."""
        return self._registered.get(str(self.paper.value()))

    def show_papers(self, rows: Sequence[DocumentRow], registered: Sequence[RegisteredPaper] = ()) -> None:
        """Offer the papers that were printed and not signed yet, newest first, and those recorded to be corrected."""
        self._registered = {each.id: each for each in registered}
        options = [
            (row.id, tr("{number}，{day} 打印", number=row.document_no, day=f"{row.made_at.astimezone():%m-%d}"))
            for row in rows
        ]
        had = self.paper.value()
        wrong = [(each.id, tr("更正：{day} 签的，已登记", day=each.paper.signed_on)) for each in registered]
        self.paper.set_options([*options, (OLDER, tr("不是本程序打印的（以前签的纸）")), *wrong])
        if not had and rows:
            self.paper.set_value(rows[0].id)

    def fill(self, signed: SignedPaper) -> None:
        """Show what was written down before, without a signal."""
        self.binding.fill({**flat(signed), "document_id": signed.document_id or OLDER})

    def signed(self, person_id: str) -> SignedPaper:
        """Return the record as typed."""
        values = self.binding.values()
        document_id = self.correcting.paper.document_id if self.correcting else values["document_id"] or None
        return SignedPaper(
            person_id, self._kind, values["signed_on"], values["valid_from"], values["valid_to"],
            bool(values["is_client_signed"]), bool(values["is_guardian_signed"]), values["signer_note"].strip(),
            tuple(values.get("scopes", ())), document_id,
        )  # fmt: skip

    def show_faults(self, faults: Sequence[Fault], everywhere: bool) -> None:
        """Put the remarks beside their fields."""
        self.binding.show_faults(faults, everywhere)

    def _field(self, name: str, words: str, control: QWidget, required: bool = False) -> Field:
        field = Field(words, control, required=required)
        self.binding.add(name, field)
        return field

    def _changed(self, name: str) -> None:
        if name == "document_id" and self.correcting:
            self.binding.fill({**flat(self.correcting.paper), "document_id": self.correcting.id})
        if name == "document_id":
            self.paper_chosen.emit(str(self.paper.value()))
        self.edited.emit()
