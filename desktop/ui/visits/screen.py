"""Visits due and visits made (入户服务)."""

from __future__ import annotations

from datetime import date
from typing import Any

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.visits import VisitRow
from desktop.ui.kit.basics import button
from desktop.ui.kit.cells import action_cell, person_cell, pill_cell, small_person_cell, toned_cell
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import EmptyState, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench
from desktop.ui.visits.viewmodel import VisitsViewModel

_KINDS = ("due", "done")


class VisitsScreen(Screen):
    """One list, two chips: what is due this quarter, what was recorded lately."""

    title = tr("入户服务")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = VisitsViewModel(bench, self)
        self.chips = Chips(self._chip_words(), name=tr("看哪些入户"))
        tables = {"due": due_columns(bench.services.codes, bench.today()), "done": done_columns(bench.services.codes)}
        self.records = {kind: RecordsModel(columns, _key) for kind, columns in tables.items()}
        names = {"due": tr("该入户的名单"), "done": tr("已登记的入户与联系")}
        self.tables = {kind: RecordTable(self.records[kind], names[kind], 54) for kind in _KINDS}
        self.cards = {kind: RecordCard(self.tables[kind]) for kind in _KINDS}
        choose = button(tr("从名单里选人登记"), "user-round", on_click=lambda: bench.go("people", only="visit_due"))
        bin_ = button(tr("回收站"), "trash-2", "ghost", on_click=lambda: bench.go("removals"))
        self.head = PageHeader(tr("入户服务"), "", (bin_, choose))
        self.set_page(page(self.head, self.chips, (self.cards["due"], 1), (self.cards["done"], 1)))
        self._connect()
        self._show_kind("due")

    def enter(self, **params: Any) -> None:
        """Show both lists anew."""
        self.model.reload()

    def default_focus(self) -> RecordTable:
        return self.tables[self.chips.value() or "due"]

    def _connect(self) -> None:
        self.chips.picked.connect(self._show_kind)
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self._say_failure)
        for table in self.tables.values():
            table.row_activated.connect(self.open)
            table.action_clicked.connect(self.open)

    def open(self, row: VisitRow) -> None:
        """Open the form: a new one for a visit that is due, the stored one for a visit that was made."""
        self.bench.go("visit", person_id=row.person_id, visit_id=row.visit_id)

    def _chip_words(self) -> list[tuple[str, str]]:
        lists = self.model.lists
        return [("due", tr("该入户 {n}", n=len(lists.due))), ("done", tr("近三个月已登记 {n}", n=len(lists.done)))]

    def _show_kind(self, kind: str) -> None:
        for each, card in self.cards.items():
            card.setVisible(each == kind)

    def _show(self) -> None:
        lists = self.model.lists
        self.chips.set_options(self._chip_words())
        for kind, rows in (("due", lists.due), ("done", lists.done)):
            self.tables[kind].show_records(rows, len(rows))
            self.cards[kind].show_instead(None if rows else self._nothing(kind))
            self.cards[kind].set_footer(tr("共 {n} 条", n=len(rows)), tr("↑ ↓ 选人 · Enter 登记或查看"))
        late = sum(row.is_overdue for row in lists.due)
        counted = sum(row.is_counted for row in lists.done)
        self.head.set_sentence(tr("超期 {late} 人 · 近三个月计入走访 {n} 次", late=late, n=counted))

    def _nothing(self, kind: str) -> EmptyState:
        if kind == "due":
            rule = tr("重点对象和一般对象的次数在“设置”里定；本季度都已走到。")
            return EmptyState("house", tr("本季度没有该入户的人"), rule)
        return EmptyState("house", tr("近三个月还没有登记"), tr("从“该入户”里选一个人开始。"), tone="off")

    def _say_failure(self, trouble: KangyiError) -> None:
        self.cards[self.chips.value() or "due"].show_instead(failed_state(trouble, self.model.reload))


def _key(row: VisitRow) -> str:
    return row.visit_id or row.person_id


def due_columns(codes: Codes, today: date) -> tuple[Column, ...]:
    """Return the columns of what is due; the first late row carries the filled button."""

    def due_words(row: VisitRow) -> tuple[str, str]:
        days = (today - row.on).days
        if row.is_overdue:
            return tr("超期 {n} 天", n=days), "bad"
        return (tr("今天到期"), "warn") if days == 0 else (tr("{day} 前", day=f"{row.on:%m-%d}"), "info")

    return (
        Column(tr("服务对象"), 0, lambda row: f"{row.person_name}，{row.file_no}", person_cell(_who)),
        Column(tr("村（居）"), 130, lambda row: row.village or "—"),
        Column(tr("到期"), 110, lambda row: due_words(row)[0], toned_cell(due_words)),
        Column(tr("原因"), 330, lambda row: row.summary, hide_below=900),
        Column(tr("负责人"), 120, lambda row: row.visitor, small_person_cell(lambda row: row.visitor), hide_below=1060),
        Column(
            "",
            128,
            lambda _: tr("登记入户"),
            action_cell(lambda _: (tr("登记入户"), "")),
            action=lambda _: tr("登记入户"),
        ),
    )


def done_columns(codes: Codes) -> tuple[Column, ...]:
    """Return the columns of what was recorded."""

    def how(row: VisitRow) -> str:
        return tr(
            "{method} · {met}", method=codes.label("visit_method", row.method), met=codes.label("visit_met", row.met)
        )

    def counted(row: VisitRow) -> tuple[str, str, str]:
        return (tr("计入走访"), "ok", "check") if row.is_counted else (tr("不计入"), "off", "")

    return (
        Column(tr("日期"), 116, lambda row: row.on.isoformat()),
        Column(tr("服务对象"), 210, lambda row: f"{row.person_name}，{row.file_no}", person_cell(_who)),
        Column(tr("方式 · 见到"), 150, how),
        Column(tr("情况"), 0, lambda row: row.summary or "—"),
        Column(tr("登记人"), 120, lambda row: row.visitor, small_person_cell(lambda row: row.visitor), hide_below=1000),
        Column(tr("统计"), 116, lambda row: counted(row)[0], pill_cell(counted)),
    )


def _who(row: VisitRow) -> tuple[str, str]:
    return row.person_name, row.file_no
