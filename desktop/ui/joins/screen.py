"""Who may be on file twice (可能重复), who only looks so, and the joins that were made."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.joins import JoinRow, PairRow
from desktop.services.people import PersonRow
from desktop.ui.joins.viewmodel import ALIKE, DISTINCT, JOINED, JoinsViewModel
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.cells import action_cell, person_cell, words_cell
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.form import Field, text_field
from desktop.ui.kit.layouts import column, frame, page
from desktop.ui.kit.messages import Banner, EmptyState, Modal, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench

Row = PairRow | JoinRow


class JoinsScreen(Screen):
    """One line two files; Enter lays them side by side."""

    title = tr("可能重复的档案")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = JoinsViewModel(bench, self)
        kinds = [(ALIKE, tr("可能重复")), (DISTINCT, tr("不是同一人")), (JOINED, tr("合并过的"))]
        self.chips = Chips(kinds, name=tr("看哪一种"))
        self.records = RecordsModel(_columns(bench), _key)
        self.table = RecordTable(self.records, tr("可能重复的档案"), 54)
        rule = label(tr("证件号码相同、姓名同音且生日相同、同名同村、电话相同的都列在这里；最像的在前面。"), "note")
        self.card = RecordCard(self.table, column(self.chips, rule, spacing=8))
        self.banner = Banner()
        self.two = button(tr("不是同一人"), "unlink", on_click=self._distinguish)
        other = button(tr("另选两份"), "git-compare", on_click=self._ask_two)
        other.setEnabled(bench.may("joins.join"))
        self.head = PageHeader(tr("可能重复的档案"), "", (self.two, other), on_back=bench.back)
        self.set_page(page(self.head, self.banner, (self.card, 1)))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Show the list anew; `kind` picks one of the three."""
        self.banner.say("info", "")
        self.chips.set_value(params.get("kind", self.model.kind))
        self.model.pick(params.get("kind", self.model.kind))

    def default_focus(self) -> QWidget:
        return self.table

    def _connect(self) -> None:
        model = self.model
        self.chips.picked.connect(model.pick)
        self.table.row_activated.connect(self.open)
        self.table.action_clicked.connect(self.act)
        self.table.row_chosen.connect(lambda _: self._show_buttons())
        model.loaded.connect(self._show)
        model.done.connect(self._say_done)
        model.found.connect(lambda kept, gone: self.bench.go("join", kept_id=kept, gone_id=gone))
        model.refused.connect(self.banner.say_failure)
        model.failed.connect(self._say_failure)

    def open(self, row: Row) -> None:
        """Lay two files side by side; of a join open the file that was kept."""
        if isinstance(row, JoinRow):
            self.bench.go("person", person_id=row.person_id)
        elif self.bench.may("joins.join"):
            self.bench.go("join", kept_id=row.one.id, gone_id=row.other.id)
        else:
            self.bench.go("person", person_id=row.one.id)

    def act(self, row: Row) -> None:
        """Do what the button of a line says."""
        if isinstance(row, JoinRow):
            self._ask_part(row)
        elif row.is_settled:
            self.model.reconsider(row)
        else:
            self.open(row)

    def _ask_part(self, row: JoinRow) -> None:
        words = tr("两份档案和各自的记录都会回到合并前的样子；合并以后新登记的留在 {file_no}。", file_no=row.file_no)
        ask_reason(
            self.window(), tr("撤销这次合并？"), words, tr("撤销合并"), lambda reason: self.model.part(row, reason)
        )

    def _ask_two(self) -> None:
        """Ask for the numbers of two files that only somebody who knows the person would lay side by side."""
        kept, gone = text_field(max_length=30), text_field(max_length=30)
        labels = ((tr("留下的档案号"), kept), (tr("并入的档案号"), gone))
        fields = [Field(words, control, required=True) for words, control in labels]
        words = tr("姓名、生日、电话都对不上，但您知道是同一个人的，在这里写两份档案的档案号。")
        yes = button(tr("并排看"), "git-compare", "primary")
        modal = Modal(
            self.window(), tr("另选两份档案"), frame(column(label(words, "sub", wrapped=True), *fields)), (yes,), 440
        )

        def agree() -> None:
            numbers = [control.text().strip() for control in (kept, gone)]
            if all(numbers):
                modal.finish()
                self.banner.say("info", "")
                self.model.find_two(*numbers)

        yes.clicked.connect(agree)

    def _distinguish(self) -> None:
        row = self.table.current_record()
        if isinstance(row, PairRow) and not row.is_settled:
            self.model.distinguish(row)

    def _show(self) -> None:
        rows = self.model.rows
        self.table.show_records(rows)
        self.card.show_instead(None if rows else _nothing(self.model.kind))
        hints = {JOINED: tr("↑ ↓ 选行 · Enter 打开留下的档案"), DISTINCT: tr("↑ ↓ 选行 · Enter 并排看")}
        hint = hints.get(self.model.kind, tr("↑ ↓ 选行 · Enter 并排看 · 右上角可标记“不是同一人”"))
        self.card.set_footer(tr("共 {n} 行", n=len(rows)), hint)
        self._show_buttons()

    def _show_buttons(self) -> None:
        row = self.table.current_record()
        self.two.setVisible(self.model.kind == ALIKE)
        self.two.setEnabled(self.bench.may("joins.join") and isinstance(row, PairRow))

    def _say_done(self, what: str) -> None:
        told = {
            "distinguished": tr("记下了：这是两个人，以后不再提示"),
            "reconsidered": tr("已放回“可能重复”"),
            "parted": tr("已撤销合并，两份档案都恢复了"),
        }
        self.bench.toast(told[what])

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))


def _key(row: Row) -> str:
    return row.id if isinstance(row, JoinRow) else f"{row.one.id}/{row.other.id}"


def _nothing(kind: str) -> EmptyState:
    if kind == JOINED:
        return EmptyState(
            "git-compare", tr("还没有合并过档案"), tr("合并过的会留在这里，没有交接出去的可以撤销。"), tone="off"
        )
    if kind == DISTINCT:
        return EmptyState("users", tr("没有标记过“不是同一人”的"), "", tone="off")
    why = tr("没有看着像同一个人的两份档案。新建和导入时也会提示。")
    return EmptyState("circle-check", tr("没有可能重复的档案"), why)


def _columns(bench: Workbench) -> tuple[Column, ...]:
    codes = bench.services.codes

    def one(row: Row) -> tuple[str, str]:
        return _who(codes, row.one) if isinstance(row, PairRow) else (row.name, row.file_no)

    def other(row: Row) -> tuple[str, str]:
        if isinstance(row, PairRow):
            return _who(codes, row.other)
        return tr("并入 {no}", no=row.gone_file_no), f"{row.joined_on.isoformat()} {row.who}"

    def why(row: Row) -> str:
        if isinstance(row, PairRow):
            return row.why
        undone = tr("{day} 已撤销", day=row.undone_on) if row.undone_on else row.refusal
        return tr("；").join(part for part in (row.reason, undone) if part)

    def action(row: Row) -> str:
        if isinstance(row, JoinRow):
            can_part = bench.may("joins.part") and row.undone_on is None and not row.refusal
            return tr("撤销合并") if can_part else ""
        if not bench.may("joins.join"):
            return ""
        return tr("重新考虑") if row.is_settled else tr("并排看")

    return (
        Column(tr("一份"), 0, lambda row: "，".join(one(row)), person_cell(one)),
        Column(tr("另一份"), 250, lambda row: "，".join(other(row)), person_cell(other)),
        Column(tr("为什么"), 250, why, words_cell(why), hide_below=760),
        Column("", 118, action, action_cell(lambda row: (action(row), "")), action=action),
    )


def _who(codes: Codes, row: PersonRow) -> tuple[str, str]:
    age = tr("{n} 岁", n=row.age) if row.age is not None else ""
    facts = (row.file_no, codes.label("sex", row.sex), age, row.village or "")
    return row.name, " · ".join(part for part in facts if part)
