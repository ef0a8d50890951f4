"""The right column of the board: the week, today's trainings, who is in the station, the backup sentence."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QWidget

from desktop.i18n import tr
from desktop.services.today import BackupStanding, TodayBoard, WeekDay
from desktop.ui.kit.basics import ElidedLabel, Pill, Tile, button, label
from desktop.ui.kit.charts import DayCell, WeekStrip
from desktop.ui.kit.layouts import column, frame, row, scroll
from desktop.ui.kit.painting import Painted, draw_box
from desktop.ui.kit.theme import px
from desktop.ui.today.viewmodel import weekday

_STRIPES = ("c1", "c3", "c2", "c4")
_WEEKEND = 5


class _Stripe(Painted):
    """The coloured bar beside one entry of the day."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        self.setFixedSize(px(4), px(34))

    def draw(self, painter: QPainter) -> None:
        draw_box(painter, QRectF(self.rect()), self._token, None, px(2))


def _entry(place: int, starts: str, title: str, where: str) -> QWidget:
    time = label(starts, "medium")
    time.setFixedWidth(px(46))
    words = column(ElidedLabel(title, "small"), ElidedLabel(where, "note"), spacing=0)
    made = frame(row(time, _Stripe(_STRIPES[place % len(_STRIPES)]), (words, 1), spacing=10))
    made.setAccessibleName(f"{starts} {title} {where}")
    return made


def day_cell(week_day: WeekDay) -> DayCell:
    """Return how one day looks in the strip; the number of duties is written, not only coloured."""
    is_off = week_day.day.weekday() >= _WEEKEND
    note = tr("{n} 件", n=week_day.count) if week_day.count else (tr("休") if is_off else "—")
    return DayCell(weekday(week_day.day)[-1], str(week_day.day.day), note, week_day.is_today, is_off)


class WeekCard(QFrame):
    """Seven days with the number of duties, and the trainings of today. Signal `picked(date)`."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._days: tuple[date, ...] = ()
        self.strip = WeekStrip()
        self.strip.picked.connect(lambda place: self.picked.emit(self._days[place]))
        self._span = label("", "note")
        self._entries = column(spacing=9)
        day = scroll(frame(column(self._entries, None, spacing=0)))
        day.setMinimumHeight(px(40))
        head = row(label(tr("本周"), "h2"), self._span, None, spacing=8)
        self.setLayout(column(head, self.strip, 2, (day, 1), spacing=9, margins=(16, 11, 16, 10)))

    def show_board(self, board: TodayBoard) -> None:
        """Show the week and the trainings of a board."""
        self._days = tuple(each.day for each in board.week)
        self.strip.set_days([day_cell(each) for each in board.week])
        if self._days:
            self._span.setText(tr("{first} 至 {last}", first=f"{self._days[0]:%m-%d}", last=f"{self._days[-1]:%m-%d}"))
        while (item := self._entries.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for place, (starts, title, where) in enumerate(board.trainings_today):
            self._entries.addWidget(_entry(place, starts, title, where))
        if not board.trainings_today:
            self._entries.addWidget(label(tr("今天还没有登记训练。"), "note"))


class StationCard(QFrame):
    """How many of those expected today are here."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._expected = label("", "note")
        self._figure = label("", "figure")
        self._words = label(tr("人已到"), "small")
        self._leave, self._absent = Pill("", "warn"), Pill("", "bad")
        head = row(label(tr("今天在站"), "h3"), None, self._expected)
        below = row(self._figure, self._words, None, self._leave, self._absent, spacing=6)
        self.setLayout(column(head, below, spacing=2, margins=(16, 11, 16, 10)))

    def show_board(self, board: TodayBoard) -> None:
        """Show the numbers of a board."""
        expected = tr("应到 {n} 人", n=board.expected_today)
        self._expected.setText(expected if board.expected_today else tr("服务中 {n} 人", n=board.people_in_service))
        self._figure.setText(str(board.attended_today))
        self._leave.set_state(tr("请假 {n}", n=board.leave_today), "warn")
        self._absent.set_state(tr("缺 {n}", n=board.absent_today), "bad")
        self._leave.setVisible(board.leave_today > 0)
        self._absent.setVisible(board.absent_today > 0)
        self.setAccessibleName(tr("今天在站，{expected}，已到 {n} 人", expected=expected, n=board.attended_today))


def _backup_look(standing: BackupStanding, is_recent: bool) -> tuple[str, str, str, str]:
    """Return icon, tone, words and icon of the pill for the standing of the backup."""
    if standing.at is None:
        return "shield-alert", "bad", tr("还没有"), "circle-alert"
    if not standing.is_verified:
        return "shield-alert", "bad", tr("没有核对"), "circle-alert"
    if not is_recent:
        return "shield-alert", "warn", tr("该备份了"), "clock"
    return "shield-check", "ok", tr("已核对"), "check"


class BackupCard(QFrame):
    """The sentence that lets the staff sleep: when it was copied, checked, and how many files."""

    now_wanted = Signal()
    list_wanted = Signal()

    def __init__(self, may_make: bool, may_look: bool) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._tile = Tile("shield-check", "ok", 34, 18)
        self._pill = Pill("", "ok")
        self._say = label("", wrapped=True)
        self.now = button(tr("现在备份"), "database-backup", small=True, on_click=self.now_wanted.emit)
        past = button(tr("历次备份"), kind="ghost", small=True, on_click=self.list_wanted.emit)
        head = row(self._tile, label(tr("备份"), "h3"), None, self._pill, spacing=10)
        self.setLayout(column(head, self._say, row(self.now, past, None), spacing=8, margins=(16, 12, 16, 12)))
        self.now.setVisible(may_make)
        past.setVisible(may_look)

    def show_board(self, board: TodayBoard) -> None:
        """Show the standing of a board."""
        standing = board.backup
        is_recent = not board.counts.get("backup")
        icon, tone, words, pill_icon = _backup_look(standing, is_recent)
        self._tile.set_look(icon, tone)
        self._pill.set_state(words, tone, pill_icon)
        self._say.setText(standing.sentence)
        self.setAccessibleName(f"{words}。{standing.sentence}")

    def show_busy(self, is_busy: bool) -> None:
        """Say on the button that the backup is under way."""
        self.now.setEnabled(not is_busy)
        self.now.setText(" " + (tr("正在备份…") if is_busy else tr("现在备份")))
