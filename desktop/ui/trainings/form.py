"""One session on one sheet (小组训练记录): seven facts above, the group below, everything by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QWidget

from desktop.domain.calendar import minutes_between, read_day
from desktop.i18n import tr
from desktop.services.trainings import AttendanceLine, TrainingDraft
from desktop.ui.kit.basics import KeyHints, Pill, button, label
from desktop.ui.kit.charts import Part, TotalsBar
from desktop.ui.kit.form import choice_field, date_field, text_field, time_field
from desktop.ui.kit.layouts import card, column, frame, page, row, separator
from desktop.ui.kit.messages import EmptyState
from desktop.ui.kit.navigation import PageHeader
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.recordform import RecordScreen
from desktop.ui.kit.theme import state
from desktop.ui.kit.undoing import toast_done, toast_removed
from desktop.ui.kit.workbench import Workbench
from desktop.ui.trainings.adding import AddPeople
from desktop.ui.trainings.sheet import Sheet
from desktop.ui.trainings.sheet_model import STATE, SheetModel
from desktop.ui.trainings.viewmodel import OpenedSheet, TrainingFormViewModel

if TYPE_CHECKING:
    from desktop.services.drafts import DraftRow

_ONE_ROW = 1.0  # above this letter size the seven facts take two rows
_INKS = {"present": "c1", "late": "c3", "left_early": "c4", "leave": "c2", "absent": "bad"}


class TrainingFormScreen(RecordScreen):
    """F9 or Ctrl+S finishes; what was typed stays as a draft until then."""

    title = tr("小组训练记录")
    model: TrainingFormViewModel

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, TrainingFormViewModel(bench))
        self._wants_paper = False
        self.sheet_model = SheetModel(bench.services.codes)
        self.sheet = Sheet(self.sheet_model)
        self.kept = Pill(tr("新的一张"), "off")
        self.expected, self.totals, self.left = label("", "h2"), TotalsBar(), label("", "small", tone="warn")
        self.minutes = label("", "note")
        self.save.setText(tr("完成并保存"))
        self.save.setAccessibleName(tr("完成并保存"))
        self.remove = button("", "trash-2", "square", name=tr("删除这次训练"), on_click=self._ask_remove)
        self.remove.hide()  # until a stored session is shown
        paper = button(tr("保存并打印签到表"), "printer", on_click=lambda: self._save(wants_paper=True))
        head = PageHeader(
            tr("小组训练记录"), on_back=bench.back, beside=(self.kept,), actions=(self.remove, paper, self.save)
        )
        self.set_page(page(head, self.banner, self._facts(), (self._group(), 1)))
        self._connect()
        self.connect_model()

    def enter(self, **params: Any) -> None:
        """Open a new sheet, a stored one, or a new one for one person."""
        self.model.open(params.get("training_id"), params.get("person_id"))

    def default_focus(self) -> QWidget:
        return self.sheet

    def shortcut_save(self) -> None:
        """Finish the sheet, or jump to the first fault."""
        self._save(wants_paper=False)

    def draft(self) -> TrainingDraft:
        typed: TrainingDraft = super().draft()
        return replace(typed, lines=tuple(self.sheet_model.lines))

    def _facts(self) -> QFrame:
        places = [(choice.label, choice.label) for choice in self.bench.services.codes.choices("training_place")]
        self.leader = choice_field([], tr("选带领人"))
        kind = self.add_field(
            "training_type", tr("训练类型"), choice_field(self.choices("training_type"), tr("选类型")), True
        )
        theme = self.add_field("theme", tr("主题"), text_field(tr("如：家务料理")))
        place = self.add_field("place", tr("地点"), choice_field(places, tr("选地点")))
        leader = self.add_field("leader_id", tr("带领人"), self.leader, True)
        helpers = self.add_field("helpers", tr("协助"), text_field(tr("姓名或人数")))
        day = self.add_field("held_on", tr("日期"), date_field(), True)
        starts, ends = (
            self.add_field(name, words, time_field(), True)
            for name, words in (("starts", tr("开始")), ("ends", tr("结束")))
        )
        minutes = frame(column(24, self.minutes))
        if state.scale > _ONE_ROW:
            first = row((kind, 4), (theme, 6), (place, 3), (leader, 3), spacing=10)
            second = row((day, 4), (starts, 2), (ends, 2), (minutes, 2), (helpers, 6), spacing=10)
            return card(first, second, spacing=8, margins=(14, 10, 14, 12))
        facts = row(
            (kind, 9),
            (theme, 11),
            (place, 8),
            (leader, 6),
            (helpers, 7),
            (day, 8),
            (starts, 5),
            (ends, 5),
            (minutes, 3),
        )
        return card(facts, margins=(14, 10, 14, 12))

    def _group(self) -> QFrame:
        everybody = button(tr("未记的全部记“到”"), "check-check", small=True, on_click=self.sheet_model.all_present)
        add = button(tr("加人"), "user-plus", small=True, on_click=self.open_adding)
        off = button(tr("移出当前的人"), "x", small=True, on_click=self._remove)
        top = frame(row(self.expected, 8, (self.totals, 1), 12, everybody, add, off, spacing=8, margins=(16, 8, 14, 8)))
        hints = KeyHints([
            (("1", "–", "5"), tr("记出勤并跳到下一人")), (("↑", "↓"), tr("换人")), (("←", "→"), tr("换列")),
            ((tr("空格"),), tr("写备注")), (("Ctrl", "Z"), tr("撤销")), (("F9",), tr("完成")),
        ])  # fmt: skip
        bottom = frame(row((hints, 1), self.left, margins=(16, 6, 16, 8)))
        self.empty = EmptyState(
            "users", tr("名单里还没有人"), tr("加上参加这次训练的人，再逐个记出勤。"), tr("加人"), self.open_adding
        )
        return frame(
            column(top, separator(), (self.sheet, 1), (self.empty, 1), separator(), bottom, spacing=0, margins=1),
            "card",
        )

    def _connect(self) -> None:
        self.sheet_model.edited.connect(self.take_typed)
        finish = QShortcut(QKeySequence("F9"), self)
        finish.activated.connect(self.shortcut_save)

    def open_adding(self) -> None:
        """Open the dialog that adds people."""
        on: date = read_day(self.draft().held_on) or self.bench.today()
        AddPeople(self.window(), self.model, on, self._add_people)

    def _add_people(self, lines: Sequence[AttendanceLine]) -> None:
        self.sheet_model.add(lines)
        self.sheet.setFocus()  # the next key records who is there

    def _remove(self) -> None:
        if self.sheet.currentIndex().isValid():
            self.sheet_model.remove(self.sheet.currentIndex().row())

    def show_opened(self, opened: OpenedSheet) -> None:
        self.leader.set_options([(user.id, user.name) for user in opened.staff])
        self.kept.set_state(tr("已登记过，正在修改") if opened.is_stored else tr("新的一张"), "off")
        self.remove.setVisible(opened.is_stored)
        self.remove.setEnabled(self.bench.may("trainings.remove"))

    def say_resumed(self) -> None:
        self.kept.set_state(tr("接着上次的草稿"), "info", "save")

    def fill(self, draft: TrainingDraft) -> None:
        self.binding.fill_from(draft)
        self.sheet_model.show_lines(draft.lines)
        if draft.lines:
            self.sheet.setCurrentIndex(self.sheet_model.index(0, STATE))
        self.follow(draft)

    def follow(self, draft: TrainingDraft) -> None:
        """Show numbers and remarks for the sheet as it stands."""
        lines = draft.lines
        faults = self.model.check(draft)
        self.binding.show_faults(faults)
        self.sheet_model.show_faults(faults)
        self.sheet.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        minutes = minutes_between(draft.starts, draft.ends)
        self.minutes.setText(tr("{n} 分钟", n=minutes) if minutes and minutes > 0 else "")
        self.expected.setText(tr("应到 {n} 人", n=len(lines)))
        self.totals.set_parts(self._parts(lines))
        missing = sum(not line.state for line in lines)
        reasons = sum(fault.code == "reason" for fault in faults)
        words = [tr("还有 {n} 人未记", n=missing)] if missing else []
        words += [tr("{n} 人请假缺席原因未填", n=reasons)] if reasons else []
        self.left.setText("、".join(words))

    def _parts(self, lines: tuple[AttendanceLine, ...]) -> list[Part]:
        model = self.sheet_model
        parts = [
            Part(words, sum(line.state == code for line in lines), _INKS.get(code, "c4"))
            for code, words in zip(model.states, model.state_words, strict=True)
        ]
        return [*parts, Part(tr("未记"), sum(not line.state for line in lines), "scroll")]

    def say_kept(self, kept: DraftRow) -> None:
        self.kept.set_state(tr("草稿 · {clock} 已自动保存", clock=f"{kept.saved_at.astimezone():%H:%M}"), "off", "save")

    def _save(self, wants_paper: bool) -> None:
        self._wants_paper = wants_paper
        super().shortcut_save()

    def say_saved(self, record_id: str) -> None:
        toast_done(self.bench, tr("训练和出勤已保存"), record_id, self.model.is_new)
        if self._wants_paper:
            self.bench.go("documents", training_id=record_id)
        else:
            self.bench.back()

    def say_removed(self, record_id: str) -> None:
        toast_removed(self.bench, tr("已删除这次训练"), record_id)
        self.bench.back()

    def _ask_remove(self) -> None:
        words = tr("这次训练和出勤不再计入；原来的内容留在回收站，可以恢复。")
        ask_reason(self.window(), tr("删除这次训练？"), words, tr("删除"), self.model.remove, is_danger=True)
