"""What the board of the day shows, and where its duties lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.backups import BackupDone
from desktop.services.today import DutyRow, TodayBoard
from desktop.ui.kit.viewmodel import BACKUP, ViewModel, tell_of_backup
from desktop.ui.kit.workbench import Workbench

WATCHED = (
    "person", "guardian", "clinical_profile", "episode", "consent", "consent_scope", "agreement", "document",
    "training", "attendance", "visit", "bundle_out", "receipt_in", "setting", "draft", "meta", BACKUP,
    "supervision_visit", "supervision_finding",
)  # fmt: skip
ALL, MINE, ON_DAY = "all", "mine", "day"
_NEW = ("", "new")


@dataclass(frozen=True)
class Rules:
    """The numbers behind the duties, named when nothing is to be done."""

    warn_days: int
    key_visits: int
    general_visits: int


def route_of(duty: DutyRow) -> tuple[str, dict[str, Any]]:
    """Return the screen where a duty is done and the parameters of its route."""
    # the draft of a visit that was saved before is named "person/visit"
    first, _, second = duty.subject.partition("/")
    subject = None if first in _NEW else first
    if duty.action in ("consent", "agreement"):
        return "consent", {"person_id": subject, "kind": second or duty.action}
    if duty.action == "training":
        # the draft of a session for one client is named "person/<id>"
        return "training", {"person_id": second} if first == "person" else {"training_id": subject}
    if duty.action == "visit":
        return "visit", {"person_id": subject, "visit_id": second or None}
    if duty.action == "benefit":
        return "benefit", {"person_id": subject, "benefit_id": second or None}
    if duty.action == "privacy":
        return "privacy_request", {"person_id": subject}
    if duty.action in ("guardian_reward", "scan"):
        return duty.action, {"person_id": subject}
    if duty.action == "survey":
        return "survey", {"entry_id": subject or None}
    if duty.action in ("person", "person_form"):
        return duty.action, {"person_id": subject}
    if duty.action == "institution":
        # a finding is named by its id, an unfinished entry by "kind/id"
        kind = first if second or not first else "finding"
        return "institution", {"kind": kind, "entry": second or first}
    return duty.action, {}


class TodayViewModel(ViewModel):
    """The board of the station's day; filters are applied here, without asking again."""

    changed = Signal()
    backup_started = Signal()
    backup_ended = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.board: TodayBoard | None = None
        self.rules: Rules | None = None
        self.only = ALL
        self.day: date | None = None
        self.watch(*WATCHED)

    def reload(self) -> None:
        """Ask for the board of today and for the rules behind it."""
        services, on = self.bench.services, self.bench.today()

        def read() -> tuple[TodayBoard, Rules]:
            return services.today.board(on), _rules(services.settings.value)

        self.ask(read, self._take)

    def pick(self, only: str) -> None:
        """Show only the duties of one filter: all, mine, a kind, or the day picked in the week."""
        self.only = only
        if only != ON_DAY:
            self.day = None
        self.changed.emit()

    def pick_day(self, day: date) -> None:
        """Show only what is due on one day; the same day again shows all."""
        if self.only == ON_DAY and self.day == day:
            self.pick(ALL)
            return
        self.only, self.day = ON_DAY, day
        self.changed.emit()

    def duties(self) -> tuple[DutyRow, ...]:
        """Return the duties of the filter in force, in the order of the board."""
        return tuple(duty for duty in (self.board.duties if self.board else ()) if self._fits(duty, self.only))

    def filters(self) -> list[tuple[str, str]]:
        """Return the chips: code and words with the number; kinds without a duty are left out."""
        if self.board is None:
            return []
        numbers = Counter(duty.kind for duty in self.board.duties)
        numbers[ALL], numbers[MINE] = len(self.board.duties), self._count(MINE)
        kinds = [(choice.code, choice.label) for choice in self.bench.services.codes.choices("duty_kind")]
        chips = [(ALL, tr("全部")), (MINE, tr("只看我的")), *kinds]
        if self.day is not None:
            numbers[ON_DAY] = self._count(ON_DAY)
            chips.append((ON_DAY, day_words(self.day)))
        shown = [chip for chip in chips if numbers[chip[0]] or chip[0] in (ALL, MINE, self.only)]
        return [(code, f"{words} {numbers[code]}") for code, words in shown]

    def rules_sentence(self) -> str:
        """Name the rules behind the duties."""
        rules = self.rules
        if rules is None:
            return ""
        return tr(
            "规则：文书到期前 {days} 天提醒；重点帮扶每季度入户 {key} 次，一般帮扶 {general} 次；"
            "备份和 U盘回执超期也会出现在这里。",
            days=rules.warn_days,
            key=rules.key_visits,
            general=rules.general_visits,
        )

    def group_label(self, group: str) -> str:
        """Return the words for a group of duties."""
        return self.bench.services.codes.label("duty_group", group)

    def open(self, duty: DutyRow) -> None:
        """Go where the duty is done."""
        route, params = route_of(duty)
        self.bench.go(route, **params)

    def back_up(self) -> None:
        """Make a backup now; the board tells the result when it reloads."""
        self.backup_started.emit()
        self.act(self.bench.services.backups.make, self._backed_up, self._backup_failed, lane="files")

    def _fits(self, duty: DutyRow, only: str) -> bool:
        if only == MINE:
            return duty.who == self.bench.services.actor.name
        if only == ON_DAY:
            return duty.due_on == self.day
        return only in (ALL, duty.kind)

    def _count(self, only: str) -> int:
        return sum(self._fits(duty, only) for duty in (self.board.duties if self.board else ()))

    def _take(self, answer: tuple[TodayBoard, Rules]) -> None:
        self.board, self.rules = answer
        if self.only not in (ALL, MINE) and not self._count(self.only):
            self.only, self.day = ALL, None
        self.changed.emit()

    def _backed_up(self, done: BackupDone) -> None:
        self.backup_ended.emit()
        self.bench.toast(tr("已备份 {n} 人的档案，并打开核对过一遍。", n=done.persons))
        tell_of_backup(self.bench)

    def _backup_failed(self, trouble: KangyiError) -> None:
        self.backup_ended.emit()
        self.failed.emit(trouble)


def _rules(value: Callable[[str], object]) -> Rules:
    def number(key: str) -> int:
        return int(str(value(key)))

    return Rules(number("papers.warn_days"), number("visits.key_per_quarter"), number("visits.general_per_quarter"))


def day_words(day: date) -> str:
    """Return a day as "11-25 周三"."""
    return f"{day:%m-%d} {weekday(day)}"


def weekday(day: date, is_long: bool = False) -> str:
    """Return the name of the weekday, "周三" or "星期三"."""
    short = (tr("周一"), tr("周二"), tr("周三"), tr("周四"), tr("周五"), tr("周六"), tr("周日"))
    full = (tr("星期一"), tr("星期二"), tr("星期三"), tr("星期四"), tr("星期五"), tr("星期六"), tr("星期日"))
    return (full if is_long else short)[day.weekday()]
