"""The tab of a file with the trainings and visits of one client."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.trainings import TrainingRow
from desktop.services.visits import VisitRow
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.cells import pill_cell, two_line_cell
from desktop.ui.kit.layouts import row
from desktop.ui.kit.messages import EmptyState
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.people.looks import day_text


def _training_columns(codes: Codes, today: date) -> tuple[Column, ...]:
    def when(session: TrainingRow) -> tuple[str, str]:
        hours = f"{session.starts}–{session.ends}" if session.starts else tr("时间不详")
        return day_text(session.held_on, today), hours

    def what(session: TrainingRow) -> tuple[str, str]:
        kind = codes.label("training_type", session.training_type)
        place = " · ".join(part for part in (session.place, session.leader) if part)
        return f"{kind} · {session.theme}" if session.theme else kind, place

    return (
        Column(tr("日期"), 120, lambda session: " ".join(when(session)), two_line_cell(when)),
        Column(tr("训练"), 0, lambda session: "，".join(what(session)), two_line_cell(what)),
        Column(tr("时长"), 76, lambda session: tr("{n} 分钟", n=session.minutes) if session.minutes else "—"),
    )


def _visit_columns(codes: Codes, today: date) -> tuple[Column, ...]:
    def when(visit: VisitRow) -> tuple[str, str]:
        return day_text(visit.on, today), codes.label("visit_method", visit.method)

    def what(visit: VisitRow) -> tuple[str, str]:
        return visit.summary or codes.label("visit_met", visit.met), visit.visitor

    def counted(visit: VisitRow) -> tuple[str, str, str]:
        return (tr("计入"), "ok", "check") if visit.is_counted else (tr("不计入"), "off", "")

    return (
        Column(tr("日期"), 104, lambda visit: " ".join(when(visit)), two_line_cell(when)),
        Column(tr("情况"), 0, lambda visit: "，".join(what(visit)), two_line_cell(what)),
        Column(tr("入户次数"), 92, lambda visit: counted(visit)[0], pill_cell(counted)),
    )


class ServicesTab(QWidget):
    """Trainings at the left, visits at the right. Signals `training_wanted(id or "")`, `visit_wanted(id or "")`."""

    training_wanted = Signal(str)
    visit_wanted = Signal(str)

    def __init__(self, codes: Codes, today: date, may_train: bool, may_visit: bool) -> None:
        super().__init__()
        train = button(tr("记录训练"), "plus", small=True, on_click=lambda: self.training_wanted.emit(""))
        train.setEnabled(may_train)
        visit = button(tr("登记入户"), "plus", small=True, on_click=lambda: self.visit_wanted.emit(""))
        visit.setEnabled(may_visit)
        self.trainings = RecordTable(
            RecordsModel(_training_columns(codes, today), lambda each: each.id), tr("参加过的训练"), 52
        )
        self.visits = RecordTable(
            RecordsModel(_visit_columns(codes, today), lambda each: each.visit_id or ""), tr("入户与电话联系"), 52
        )
        self.trainings.row_activated.connect(lambda each: self.training_wanted.emit(each.id))
        self.visits.row_activated.connect(lambda each: self.visit_wanted.emit(each.visit_id or ""))
        self._left = RecordCard(self.trainings, row(label(tr("训练"), "h3"), None, train))
        self._right = RecordCard(self.visits, row(label(tr("入户与电话"), "h3"), None, visit))
        self.setLayout(row((self._left, 1), (self._right, 1), spacing=14))

    def show_services(self, trainings: tuple[TrainingRow, ...], visits: tuple[VisitRow, ...]) -> None:
        """Show both lists, newest first."""
        self.trainings.show_records(trainings)
        self.visits.show_records(visits)
        none = EmptyState("clipboard-check", tr("还没有参加过训练"), tr("记录训练时把他加进名单即可。"), tone="off")
        self._left.show_instead(None if trainings else none)
        nobody = EmptyState("house", tr("还没有入户记录"), tr("电话联系也会列在这里，但不计入入户次数。"), tone="off")
        self._right.show_instead(None if visits else nobody)
        self._left.set_footer(
            tr("近两年 {n} 次，共 {m} 分钟", n=len(trainings), m=sum(each.minutes for each in trainings))
        )
        counted = sum(each.is_counted for each in visits)
        self._right.set_footer(tr("近两年 {n} 次，其中计入入户 {m} 次", n=len(visits), m=counted))
