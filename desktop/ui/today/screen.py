"""The first screen of the day (今日工作): what is late, what is due, one action each."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.kit.basics import button
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import column, frame, page, row
from desktop.ui.kit.menus import Way, ways_button
from desktop.ui.kit.messages import Banner, EmptyState
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import RecordCard
from desktop.ui.kit.theme import px
from desktop.ui.kit.workbench import Workbench
from desktop.ui.today.duties import DutyList
from desktop.ui.today.side import BackupCard, StationCard, WeekCard
from desktop.ui.today.viewmodel import ALL, TodayViewModel, weekday

_NOON, _EVENING = 12, 18
QUICK = (
    Way(tr("新建服务对象档案"), "user-plus", "person_form", "people.register"),
    Way(tr("记录训练出勤"), "clipboard-check", "training", "trainings.record"),
    Way(tr("登记入户"), "house", "visits", "visits.record"),
    Way(tr("打印文书"), "printer", "documents", "documents.prepare"),
)  # what is registered most often


class TodayScreen(Screen):
    """The board of the day; everything on it comes from `services.today`."""

    title = tr("今日工作")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = TodayViewModel(bench, self)
        self.quick = ways_button(tr("快速登记"), "plus", self, bench, QUICK, "primary")
        self.head = PageHeader(tr("今日工作"), self._greeting(), (self.quick,))
        self.banner = Banner()
        self.chips = Chips([], name=tr("筛选待办"))
        self.list = DutyList()
        self.board = RecordCard(self.list, self.chips)
        self.week, self.station = WeekCard(), StationCard()
        self.backup = BackupCard(bench.may("backups.make"), bench.may("backups.read"))
        side = frame(column((self.week, 1), self.station, self.backup, spacing=12))
        side.setFixedWidth(px(318))
        self.set_page(page(self.head, self.banner, (row((self.board, 1), side, spacing=14), 1)))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Show the board anew each time."""
        self.head.set_sentence(self._greeting())
        self.model.reload()

    def default_focus(self) -> QWidget | None:
        return self.list

    def _connect(self) -> None:
        self.model.changed.connect(self._show)
        self.model.failed.connect(self._say_failure)
        self.model.backup_started.connect(lambda: self.backup.show_busy(is_busy=True))
        self.model.backup_ended.connect(lambda: self.backup.show_busy(is_busy=False))
        self.chips.picked.connect(self.model.pick)
        self.list.wanted.connect(self.model.open)
        self.week.picked.connect(self.model.pick_day)
        self.backup.now_wanted.connect(self.model.back_up)
        self.backup.list_wanted.connect(lambda: self.bench.go("backups"))

    def _show(self) -> None:
        board = self.model.board
        if board is None:
            return
        self.banner.say("info", "")
        self.chips.set_options(self.model.filters())
        self.chips.set_value(self.model.only)
        duties = self.model.duties()
        self.list.show_duties(duties, self.model.group_label)
        self.board.show_instead(None if duties else self._nothing())
        if duties:
            self.board.set_footer(tr("共 {n} 件，每件都写明依据", n=len(duties)), tr("↑ ↓ 换一件 · Enter 去办"))
        else:
            self.board.set_footer(tr("服务中 {n} 人，都按规则核对过", n=board.people_in_service))
        for part in (self.week, self.station, self.backup):
            part.show_board(board)

    def _nothing(self) -> EmptyState:
        """Say why the list is empty: the rules behind it, so that empty is never mistaken for forgotten."""
        if self.model.only != ALL:
            everything = (tr("看全部"), lambda: self.model.pick(ALL))
            return EmptyState("list-filter", tr("这一类没有待办"), tr("换个筛选，或看全部。"), *everything, tone="off")
        if self.model.board and not self.model.board.people_in_service:
            roster = button(tr("导入花名册"), "file-spreadsheet", "ghost", small=True)
            roster.clicked.connect(lambda: self.bench.go("imports"))
            first = (tr("新建第一份档案"), lambda: self.bench.go("person_form"))
            return EmptyState(
                "users", tr("还没有服务对象"), tr("可以逐个建档，也可以把花名册一次导入。"), *first, second=roster
            )
        return EmptyState("circle-check", tr("没有到期的事"), self.model.rules_sentence())

    def _say_failure(self, trouble: KangyiError) -> None:
        self.banner.say_failure(trouble, tr("再试一次"), self.model.reload)

    def _greeting(self) -> str:
        day, hour = self.bench.today(), self.bench.services.desk.clock.now().astimezone().hour
        hello = tr("早上好") if hour < _NOON else tr("下午好") if hour < _EVENING else tr("晚上好")
        name = self.bench.services.actor.name
        return tr(
            "{m} 月 {d} 日 {w} · {name}，{hello}",
            m=day.month,
            d=day.day,
            w=weekday(day, is_long=True),
            name=name,
            hello=hello,
        )
