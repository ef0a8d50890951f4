"""The catalogue of one file (档案目录): fourteen parts, each with its state, why, and the way to where it is mended."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.completeness import PartRow
from desktop.ui.completeness.viewmodel import FilePartsViewModel
from desktop.ui.kit.basics import Avatar, button, label
from desktop.ui.kit.cells import action_cell, pill_cell, two_line_cell, words_cell
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench

LOOKS = {"there": ("ok", "check"), "lacking": ("bad", "circle-alert"), "not_needed": ("off", "circle-dashed")}
_NAMED = 3


class FilePartsScreen(Screen):
    """One line a part; the button leads to the form that fills it."""

    title = tr("档案目录")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = FilePartsViewModel(bench, self)
        self.avatar, self.name = Avatar("", 28), label("", "h3")
        self.records = RecordsModel(_columns(bench), lambda part: part.code)
        self.table = RecordTable(self.records, tr("档案的十四个部分"), 46)
        self.card = RecordCard(self.table)
        cover = button(tr("打印封面"), "printer", on_click=lambda: self._print("file_cover"))
        catalogue = button(tr("打印目录"), "printer", on_click=lambda: self._print("file_catalogue"))
        for each in (cover, catalogue):
            each.setEnabled(bench.may("documents.prepare"))
        self.head = PageHeader(
            tr("档案目录"), "", (cover, catalogue), on_back=bench.back, beside=(self.avatar, self.name)
        )
        self.set_page(page(self.head, (self.card, 1)))
        self.table.row_activated.connect(self.mend)
        self.table.action_clicked.connect(self.mend)
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self._say_failure)

    def enter(self, **params: Any) -> None:
        """Show the parts of the file of `person_id`."""
        self.model.open(params["person_id"])

    def default_focus(self) -> QWidget:
        return self.table

    def mend(self, part: PartRow) -> None:
        """Open the place where a part that is lacking is filled."""
        if part.action:
            params = {name: value for name, value in part.route.items() if name != "name"}
            self.bench.go(part.route["name"], person_id=self.model.person_id, **params)

    def _print(self, kind: str) -> None:
        self.bench.go("file_paper", person_id=self.model.person_id, kind=kind)

    def _show(self) -> None:
        file = self.model.file
        self.name.setText(file.name if file else "")
        self.avatar.set_name(file.name if file else "")
        self.table.show_records(file.parts if file else ())
        if file is None:
            return
        self.card.show_instead(None)
        words = tr("已有 {there} 部分，应有 {needed} 部分", there=file.there, needed=file.needed)
        self.head.set_sentence(f"{file.file_no} · {words}")
        self.card.set_footer(tr("要哪些部分、什么时候要，由县里在数据里定"), tr("↑ ↓ 选部分 · Enter 去补"))

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))


def _columns(bench: Workbench) -> tuple[Column, ...]:
    codes = bench.services.codes

    def state(part: PartRow) -> tuple[str, str, str]:
        return codes.label("part_state", part.state), *LOOKS[part.state]

    def held(part: PartRow) -> str:
        words = [f"{item.title} {item.number}".strip() for item in part.items[-_NAMED:]]
        more = tr("等 {n} 件", n=len(part.items)) if len(part.items) > _NAMED else ""
        return "；".join(words) + more or "—"

    def what(part: PartRow) -> tuple[str, str]:
        return tr("{n}. {label}", n=part.number, label=part.label), part.reason

    def action(part: PartRow) -> str:
        return part.action

    return (
        Column(tr("部分"), 0, lambda part: "，".join(what(part)), two_line_cell(what)),
        Column(tr("状态"), 110, lambda part: state(part)[0], pill_cell(state)),
        Column(tr("卷内材料"), 380, held, words_cell(held), hide_below=900),
        Column("", 124, action, action_cell(lambda part: (action(part), "")), action=action),
    )
