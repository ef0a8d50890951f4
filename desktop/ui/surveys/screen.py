"""The need survey (摸底): who is on the area's list, who was asked, who becomes a client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import Codes, entry
from desktop.services.people import PersonRow
from desktop.services.surveys import SurveyRow
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.cells import action_cell, person_cell, pill_cell, two_line_cell
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.fields import text_field, trailing_action
from desktop.ui.kit.layouts import column, frame, page
from desktop.ui.kit.messages import Banner, EmptyState, Modal, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench
from desktop.ui.surveys.viewmodel import SurveysViewModel

_TONES = {
    "planned": ("info", "clock"), "willing": ("ok", "check"), "undecided": ("warn", "circle-help"),
    "refused": ("off", "x"), "unreachable": ("warn", "phone"),
}  # fmt: skip


class SurveysScreen(Screen):
    """Type to search, chips by result, Enter to write down what was said; who wishes it becomes a client."""

    title = tr("摸底")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = SurveysViewModel(bench, self)
        self.search = text_field(tr("搜索姓名、拼音首字母、身份证末四位、电话、村名"), "search")
        self.search.setAccessibleName(tr("搜索摸底名单"))
        self.clear = trailing_action(self.search, "x", tr("清除搜索"))
        self.clear.setVisible(False)
        self.chips = Chips(self.model.filters(), name=tr("按摸底结果筛选"))
        may_intake = bench.may("surveys.record") and bench.may("people.register")
        self.records = RecordsModel(survey_columns(bench.services.codes, may_intake), lambda row: row.id)
        self.table = RecordTable(self.records, tr("摸底名单"), 54)
        rule = label(tr("居家患者里同一个人只算一次；住院、迁出、去世的和已结案的不算。"), "note")
        self.card = RecordCard(self.table, column(self.search, self.chips, rule, spacing=10))
        self.banner = Banner()
        new = button(tr("添一个人"), "user-plus", "primary", on_click=lambda: bench.go("survey"))
        new.setEnabled(bench.may("surveys.record"))
        new.setToolTip(tr("添一个人（Ctrl+N）"))
        self.sheet = button(tr("从表格导入"), "import", on_click=lambda: bench.go("imports", kind="survey"))
        self.sheet.setEnabled(bench.may("imports.take") and bench.may("surveys.record"))
        self.head = PageHeader(tr("摸底"), "", (self.sheet, new), on_back=bench.back)
        self.set_page(page(self.head, self.banner, (self.card, 1)))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Show the list anew."""
        self.banner.say("info", "")
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.search

    def _connect(self) -> None:
        model = self.model
        self.search.textChanged.connect(model.search)
        self.search.textChanged.connect(lambda text: self.clear.setVisible(bool(text)))
        self.clear.triggered.connect(self.search.clear)
        self.search.returnPressed.connect(self.table.setFocus)
        self.chips.picked.connect(model.pick)
        self.records.more_wanted.connect(model.more)
        self.table.row_activated.connect(self.open)
        self.table.action_clicked.connect(self.act)
        model.replaced.connect(self._show)
        model.added.connect(self._show_more)
        model.counted.connect(self._show_sums)
        model.alike.connect(self._ask_who)
        model.made.connect(self._made)
        model.refused.connect(self.banner.say_failure)
        model.failed.connect(self._say_failure)
        for keys, what in (
            (QKeySequence.StandardKey.New, lambda: self.bench.go("survey")),
            (QKeySequence.StandardKey.Find, self.search.setFocus),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(what)

    def open(self, row: SurveyRow) -> None:
        """Open the form of a line, or the file once there is one."""
        if row.person_id:
            self.bench.go("person", person_id=row.person_id)
        elif self.bench.may("surveys.record"):
            self.bench.go("survey", entry_id=row.id)

    def act(self, row: SurveyRow) -> None:
        """Do the one thing a line asks for: make the file, or open what there is."""
        if row.person_id is None and entry("survey_result", row.result).get("becomes_intake"):
            self.model.begin_intake(row)
        else:
            self.open(row)

    def _show(self) -> None:
        self.table.show_records(self.model.rows, self.model.total)
        self.card.show_instead(None if self.model.rows else self._nothing())
        self._show_footer()

    def _show_more(self, rows: tuple[SurveyRow, ...]) -> None:
        self.records.append(rows)
        self._show_footer()

    def _show_footer(self) -> None:
        self.card.set_footer(tr("共 {n} 人", n=self.model.total), tr("↑ ↓ 选人 · Enter 登记 · 空格 建档 · Ctrl+N 添人"))

    def _show_sums(self) -> None:
        sums = self.model.sums
        if sums is None:
            return
        self.chips.set_options(self.model.filters())
        at_home = sums.at_home
        self.head.set_sentence(
            tr("居家患者 {n} 人 = 名单上 {m} 人 + 名单外的服务对象 {k} 人",
               n=at_home.total, m=at_home.on_list, k=at_home.beside)
        )  # fmt: skip

    def _nothing(self) -> EmptyState:
        if self.model.query.search or self.model.query.result:
            return EmptyState("list-filter", tr("没有这样的人"), tr("换个词，或看全部。"), tone="off")
        why = tr("把村（居）和卫生院给的患者名单记在这里，逐个联系；愿意参加的一按就建档。")
        return EmptyState("list-checks", tr("摸底名单是空的"), why, tr("添第一个人"), lambda: self.bench.go("survey"))

    def _ask_who(self, row: SurveyRow, found: tuple[PersonRow, ...]) -> None:
        """Let a person decide whether somebody who looks alike is the same."""
        words = label(
            tr("档案里有人看着像“{name}”。是同一个人就关联，不要重复建档。", name=row.name), "sub", wrapped=True
        )
        new = button(tr("都不是，新建档案"), "user-plus")
        same = [self._same(row, each) for each in found[:4]]
        self.asking = Modal(
            self.window(), tr("是不是已经建过档？"), frame(column(words, *same, spacing=8)), (new,), width=560
        )
        new.clicked.connect(lambda: self._decide(lambda: self.model.intake(row)))
        for each, made in zip(found, same, strict=False):
            made.clicked.connect(lambda _=False, one=each: self._decide(lambda: self.model.link(row, one.id)))

    def _decide(self, what: Callable[[], object]) -> None:
        self.asking.finish()
        what()

    def _same(self, row: SurveyRow, person: PersonRow) -> QPushButton:
        facts = (person.name, person.file_no, person.village or "", person.id_masked)
        return button(tr("就是他：{who}", who=" · ".join(part for part in facts if part)), "link")

    def _made(self, person_id: str) -> None:
        self.bench.toast(tr("已建档，名单上记下了档案号"))
        self.bench.go("person", person_id=person_id)

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))


def survey_columns(codes: Codes, may_intake: bool) -> tuple[Column, ...]:
    """Return the columns of the list."""

    def who(row: SurveyRow) -> tuple[str, str]:
        age = tr("{n} 岁", n=row.age) if row.age is not None else ""
        return row.name, " · ".join(part for part in (codes.label("sex", row.sex), age, row.id_masked) if part)

    def where(row: SurveyRow) -> tuple[str, str]:
        return row.village or "—", row.phone_masked

    def result(row: SurveyRow) -> tuple[str, str, str]:
        if row.person_id:
            return tr("已建档"), "ok", "folder"
        return codes.label("survey_result", row.result), *_TONES.get(row.result, ("off", ""))

    def asked(row: SurveyRow) -> tuple[str, str]:
        return (row.contacted_on.isoformat(), row.contacted_by) if row.contacted_on else ("—", "")

    def action(row: SurveyRow) -> str:
        if row.person_id:
            return tr("打开档案")
        if entry("survey_result", row.result).get("becomes_intake"):
            return tr("建档") if may_intake else ""
        return tr("登记")

    def needs(row: SurveyRow) -> str:
        return "、".join(codes.label("survey_need", each) for each in row.needs) or "—"

    return (
        Column(tr("姓名"), 0, lambda row: "，".join(who(row)), person_cell(who)),
        Column(tr("村（居）与电话"), 150, lambda row: "，".join(where(row)), two_line_cell(where)),
        Column(tr("诊断"), 150, lambda row: row.diagnosis or "—", hide_below=1000),
        Column(tr("结果"), 124, lambda row: result(row)[0], pill_cell(result)),
        Column(tr("联系"), 120, lambda row: " ".join(asked(row)), two_line_cell(asked), hide_below=820),
        Column(tr("需求"), 150, needs, hide_below=900),
        Column("", 118, action, action_cell(lambda row: (action(row), "")), action=action),
    )
