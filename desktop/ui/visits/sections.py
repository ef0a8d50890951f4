"""The four cards of the visit form, with their controls bound to the names of the draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QFrame, QWidget

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.users import UserRow
from desktop.ui.kit.basics import Tile, label
from desktop.ui.kit.choices import Segments, SeveralChips
from desktop.ui.kit.form import (
    ChoiceField,
    Field,
    FormBinding,
    area_field,
    choice_field,
    date_field,
    text_field,
    time_field,
)
from desktop.ui.kit.layouts import Item, card, column, row
from desktop.ui.kit.messages import Banner

_STATE_TONES = {"stable": "ok", "basic": "soft", "unstable": "warn", "worse": "bad"}
_MEDICINE_TONES = {"regular": "ok", "irregular": "warn", "none": "bad"}
_GRADE_TONES = {"poor": "warn"}
_DANGER_TONES = {"0": "ok", "1": "info", "2": "warn", "3": "bad", "4": "bad", "5": "bad"}
_LOCK_TONES = {"none": "ok", "locked": "bad", "released": "info"}


class VisitSections:
    """Builds the controls once; the screen asks for its two columns."""

    def __init__(self, codes: Codes, binding: FormBinding, today: date) -> None:
        self._codes, self._binding = codes, binding
        self.labels: dict[str, str] = {}
        self.visitor: ChoiceField = choice_field([], tr("选登记人"))
        self.lock_warning = Banner("bad", "")
        self.danger_meaning = label("", "note", wrapped=True)
        self.count = Segments(
            [("match", tr("相符")), ("differ", tr("不符"))], {"match": "ok", "differ": "bad"}, is_optional=True
        )
        self.left = column(self._occasion(today), self._health(), None, spacing=12)
        self.right = column(self._safety(), self._work(), None, spacing=12)

    def set_staff(self, staff: Sequence[UserRow]) -> None:
        """Offer the people who work here as visitor."""
        self.visitor.set_options([(user.id, user.name) for user in staff])

    def _field(self, name: str, words: str, control: QWidget, hint: str = "", required: bool = False) -> Field:
        field = Field(words, control, hint, required)
        self._binding.add(name, field)
        self.labels[name] = words
        return field

    def _segments(self, name: str, words: str, table: str, tones: dict[str, str], required: bool = False) -> Field:
        options = [(choice.code, choice.label) for choice in self._codes.choices(table)]
        return self._field(name, words, Segments(options, tones, is_optional=not required), required=required)

    def _occasion(self, today: date) -> QFrame:
        when = row(
            (self._field("visited_on", tr("日期"), date_field(latest=today), required=True), 4),
            (self._field("starts", tr("开始"), time_field(), required=True), 3),
            (self._field("ends", tr("结束"), time_field(), required=True), 3),
            spacing=10,
        )
        method = self._segments("method", tr("方式"), "visit_method", {}, required=True)
        met = self._segments("met", tr("见到了谁"), "visit_met", {"nobody": "warn"}, required=True)
        self.not_met = self._field("not_met_reason", tr("没见到的原因"), text_field(), required=True)
        who = row(
            (self._field("visitor_id", tr("入户人员"), self.visitor, required=True), 1),
            (self._field("companions", tr("同行的人"), text_field(tr("姓名，用顿号隔开"))), 1),
            spacing=10,
        )
        return _titled("calendar-days", tr("这次入户"), when, method, met, self.not_met, who)

    def _health(self) -> QFrame:
        state = row(
            (self._segments("mental_state", tr("精神状况"), "mental_state", _STATE_TONES, required=True), 5),
            (self._grade("social_function", tr("社会功能")), 3),
            spacing=10,
        )
        medicine = row(
            (self._segments("medication", tr("服药"), "medication", _MEDICINE_TONES, required=True), 5),
            (self._field("does_count_match", tr("药数核对"), self.count), 2),
            spacing=10,
        )
        grades = (("sleep", tr("睡眠")), ("diet", tr("饮食")), ("self_care", tr("自理")))
        daily = row(*((self._grade(name, words), 1) for name, words in grades), spacing=10)
        return _titled("brain", tr("精神与用药"), state, medicine, daily)

    def _grade(self, name: str, words: str) -> Field:
        return self._segments(name, words, "grade3", _GRADE_TONES)

    def _safety(self) -> QFrame:
        options = [(choice.code, choice.code) for choice in self._codes.choices("danger_level")]
        danger = self._field("danger_level", tr("危险性"), Segments(options, _DANGER_TONES), required=True)
        lock = self._segments("lock_seen", tr("有没有被关锁"), "lock_seen", _LOCK_TONES, required=True)
        reported = text_field(tr("姓名、单位、时间"))
        self.lock_reported = self._field("lock_reported_to", tr("已报告给谁"), reported, required=True)
        return _titled(
            "shield", tr("危险与居家安全"), danger, self.danger_meaning, lock, self.lock_warning, self.lock_reported
        )

    def _work(self) -> QFrame:
        options = [(choice.code, choice.label) for choice in self._codes.choices("visit_purpose")]
        purposes = self._field("purposes", tr("服务内容（可多选）"), SeveralChips(options), required=True)
        problems = self._field("problems", tr("发现的问题"), area_field(height=58))
        handling = self._field("handling", tr("怎样处理"), area_field(height=58))
        following = self._field("next_visit_on", tr("下次入户"), date_field(tr("选日期")), required=False)
        return _titled("hand-heart", tr("做了什么"), purposes, problems, handling, following)


def _titled(icon: str, title: str, *items: Item) -> QFrame:
    return card(row(Tile(icon, "soft", 28, 16), label(title, "h3"), None, spacing=10), *items, spacing=10, margins=14)
