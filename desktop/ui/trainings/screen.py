"""Sessions held and planned (训练活动)."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.trainings import TrainingRow
from desktop.ui.kit.basics import button
from desktop.ui.kit.cells import icon_cell, pill_cell, small_person_cell
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import EmptyState, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench
from desktop.ui.trainings.viewmodel import TrainingsViewModel


class TrainingsScreen(Screen):
    """The sessions, newest first; Ctrl+N opens a new sheet."""

    title = tr("训练活动")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = TrainingsViewModel(bench, self)
        self.records = RecordsModel(training_columns(bench.services.codes), lambda row: row.id)
        self.table = RecordTable(self.records, tr("训练列表"), 54)
        self.card = RecordCard(self.table)
        new = button(tr("记录训练"), "plus", "primary", on_click=lambda: bench.go("training"))
        new.setEnabled(bench.may("trainings.record"))
        new.setToolTip(tr("记录训练（Ctrl+N）"))
        self.head = PageHeader(tr("训练活动"), "", (new,))
        self.set_page(page(self.head, (self.card, 1)))
        self.table.row_activated.connect(lambda row: bench.go("training", training_id=row.id))
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self._say_failure)
        shortcut = QShortcut(QKeySequence.StandardKey.New, self)
        shortcut.activated.connect(lambda: bench.go("training"))

    def enter(self, **params: Any) -> None:
        """Show the list anew."""
        self.model.reload()

    def default_focus(self) -> RecordTable:
        return self.table

    def _show(self) -> None:
        rows, today = self.model.rows, self.bench.today()
        self.table.show_records(rows, len(rows))
        self.card.show_instead(None if rows else self._nothing())
        self.card.set_footer(tr("近三个月共 {n} 次", n=len(rows)), tr("↑ ↓ 选择 · Enter 打开 · Ctrl+N 新建"))
        month = [row for row in rows if (row.held_on.year, row.held_on.month) == (today.year, today.month)]
        attended = sum(row.attended for row in month)
        self.head.set_sentence(tr("本月 {n} 次 · 参加 {people} 人次", n=len(month), people=attended))

    def _nothing(self) -> EmptyState:
        why = tr("小组训练一张表记全组；个别训练从个人档案里记。")
        return EmptyState(
            "clipboard-check", tr("近三个月还没有训练"), why, tr("记录第一次训练"), lambda: self.bench.go("training")
        )

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))


def session_time(row: TrainingRow) -> str:
    """Return when a session was and how long; old sheets often do not say."""
    if not row.starts:
        return tr("时间不详")
    return tr("{starts}–{ends}，{n} 分钟", starts=row.starts, ends=row.ends, n=row.minutes)


def training_columns(codes: Codes) -> tuple[Column, ...]:
    """Return the columns of the list."""

    def what(row: TrainingRow) -> tuple[str, str, str, str]:
        kind = codes.label("training_type", row.training_type)
        return "clipboard-check", "soft", row.theme or kind, f"{kind} · {codes.label('training_form', row.form)}"

    def present(row: TrainingRow) -> tuple[str, str, str]:
        words = tr("到 {attended} / 应到 {expected}", attended=row.attended, expected=row.expected)
        return words, "ok" if row.attended == row.expected else "off" if not row.attended else "info", ""

    return (
        Column(tr("训练"), 0, lambda row: what(row)[2], icon_cell(what)),
        Column(tr("日期"), 116, lambda row: row.held_on.isoformat()),
        Column(tr("时间"), 170, session_time),
        Column(tr("地点"), 130, lambda row: row.place or "—", hide_below=900),
        Column(tr("带领人"), 120, lambda row: row.leader, small_person_cell(lambda row: row.leader), hide_below=1000),
        Column(tr("出勤"), 150, lambda row: present(row)[0], pill_cell(present)),
    )
