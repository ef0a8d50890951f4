"""Two files side by side: which is kept, what each field says afterwards, what goes over, and why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.domain.joins import GONE, KEPT
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.joins import JoinLine, JoinPlan
from desktop.services.people import PersonRow
from desktop.ui.joins.viewmodel import JoinViewModel
from desktop.ui.kit.basics import Avatar, ElidedLabel, IconLabel, button, label, restyle
from desktop.ui.kit.choices import Segments
from desktop.ui.kit.layouts import card, column, frame, page, row, scroll, separator
from desktop.ui.kit.messages import Banner, EmptyState
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.theme import px
from desktop.ui.kit.workbench import Workbench


class JoinScreen(Screen):
    """Nothing is joined before a person has seen what becomes of it and said why."""

    title = tr("合并档案")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = JoinViewModel(bench, self)
        self.banner = Banner()
        self.lines: dict[str, Segments] = {}
        self.two = button(tr("不是同一人"), "unlink", on_click=self.model.distinguish)
        self.swap = button(tr("留下另一份"), "refresh-cw", on_click=self.model.swap)
        self.left = button(tr("全用左边"), small=True, on_click=lambda: self.model.choose_all(KEPT))
        self.right = button(tr("全用右边"), small=True, on_click=lambda: self.model.choose_all(GONE))
        self.save = button(tr("合并"), "git-compare", "primary", on_click=self.shortcut_save)
        self.bar = SaveBar(self.two, self.swap, self.save, on_faults=lambda: None)
        self.bar.say(tr("合并前请并排看一遍；合并后可以撤销，直到交接出去"))
        self.body = row(spacing=14)
        self.place = frame(self.body)
        self.head = PageHeader(tr("合并档案"), "", (self.left, self.right), on_back=bench.back)
        self.set_page(page(self.head, self.banner, (self.place, 1), margins=(24, 14, 24, 0)), self.bar)
        self.model.loaded.connect(self._show)
        self.model.joined.connect(self._joined)
        self.model.distinguished.connect(self._distinguished)
        self.model.refused.connect(self.banner.say_failure)
        self.model.failed.connect(self._fail)
        self._enable(False)

    def enter(self, **params: Any) -> None:
        """Lay the two files side by side."""
        self.banner.say("info", "")
        self.model.open(params.get("kept_id", ""), params.get("gone_id", ""))

    def default_focus(self) -> QWidget:
        return next(iter(self.lines.values()), self._way_back())

    def shortcut_save(self) -> None:
        """Ask why, then join."""
        plan = self.model.plan
        if plan is None:
            return
        words = tr(
            "{gone} 的全部记录归到 {kept}。两份档案的内容会一并保存，交接出去以前可以撤销。",
            gone=plan.gone.file_no, kept=plan.kept.file_no,
        )  # fmt: skip
        ask_reason(self.window(), tr("合并这两份档案？"), words, tr("合并"), self.model.join)

    def _way_back(self) -> QWidget:
        """Return what has the focus while the two files are still being read."""
        return self.findChildren(QPushButton)[0]

    def _show(self) -> None:
        plan = self.model.plan
        if plan is None:
            return
        is_waiting = self._way_back().hasFocus()
        self._clear()
        self.head.set_sentence(tr("{n} 项不同，{m} 项相同", n=len(plan.lines), m=plan.alike))
        self.body.addWidget(self._fields(plan), 1)
        self.body.addWidget(_aside(plan))
        self._enable(True)
        if is_waiting:
            self.default_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear(self) -> None:
        self.lines = {}
        while (item := self.body.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()

    def _enable(self, is_known: bool) -> None:
        for each in (self.two, self.swap, self.left, self.right, self.save):
            each.setEnabled(is_known)

    def _fields(self, plan: JoinPlan) -> QWidget:
        heads = row(
            _fixed(label(tr("留哪边的内容"), "note"), 132),
            (_side(plan.kept, tr("留下的档案"), "ok"), 1),
            (_side(plan.gone, tr("并入的档案"), "warn"), 1),
            _fixed(label(""), 132),
            spacing=14,
        )
        told = [self._line(line) for line in plan.lines]
        same = (label(tr("两份档案填的内容完全相同。"), "sub"),) if not told else ()
        area = scroll(frame(column(*told, *same, None, spacing=0, margins=(0, 0, 8, 0))))
        return card(heads, separator(), (area, 1), spacing=10)

    def _line(self, line: JoinLine) -> QFrame:
        side = self.model.side_of(line.name, line.side)
        choice = Segments([(KEPT, tr("左边")), (GONE, tr("右边"))], name=line.label, value=side)
        choice.setFixedWidth(px(132))
        values = [label(words or tr("（空）"), "fact", wrapped=True) for words in (line.kept, line.gone)]

        def mark(chosen: str) -> None:
            for value, own in zip(values, (KEPT, GONE), strict=True):
                restyle(value, role="medium" if chosen == own else "note")

        def pick(chosen: str) -> None:
            self.model.choose(line.name, chosen)
            mark(chosen)

        choice.picked.connect(pick)
        mark(side)
        self.lines[line.name] = choice
        name = _fixed(label(line.label, "medium", wrapped=True), 132)
        body = row(name, (values[0], 1), (values[1], 1), choice, spacing=14, margins=(0, 8, 0, 8))
        made = frame(column(body, separator(), spacing=0))
        words = tr("{label}：左边“{kept}”，右边“{gone}”", label=line.label, kept=line.kept, gone=line.gone)
        made.setAccessibleName(words)
        return made

    def _joined(self, person_id: str) -> None:
        self.bench.toast(tr("已合并成一份档案；旧档案号仍能查到"))
        self.bench.back()
        self.bench.go("person", person_id=person_id)

    def _distinguished(self) -> None:
        self.bench.toast(tr("记下了：这是两个人，以后不再提示"))
        self.bench.back()

    def _fail(self, trouble: KangyiError) -> None:
        self._clear()
        self._enable(False)
        state = EmptyState("circle-alert", trouble.message, trouble.remedy, tr("返回"), self.bench.back, tone="warn")
        self.body.addWidget(state, 1)


def _fixed(widget: QWidget, width: int) -> QWidget:
    widget.setFixedWidth(px(width))
    return widget


def _side(person: PersonRow, title: str, tone: str) -> QWidget:
    names = column(ElidedLabel(person.name, "medium"), ElidedLabel(person.file_no, "note"), spacing=0)
    told = row(Avatar(person.name, 32), (names, 1), spacing=8)
    return frame(column(label(title, "note", tone=tone), told, spacing=4))


def _aside(plan: JoinPlan) -> QWidget:
    """Return what goes over by table, and what happens by itself."""
    made = QFrame()
    made.setProperty("role", "card")
    made.setFixedWidth(px(300))
    counts = [_count(one.label, one.over, one.twice) for one in plan.counts]
    nothing = (label(tr("没有要转过来的记录。"), "note"),) if not counts else ()
    rules = [
        row(IconLabel("info", "info", 16), (label(rule, "small", wrapped=True), 1), spacing=8) for rule in plan.rules
    ]
    parts = (
        label(tr("转到留下的档案里"), "h3"),
        *nothing,
        *counts,
        6,
        separator(),
        label(tr("自动处理"), "h3"),
        *rules,
        None,
    )
    made.setLayout(column((scroll(frame(column(*parts, spacing=8, margins=(16, 14, 12, 14)))), 1), margins=1))
    return made


def _count(what: str, over: int, twice: int) -> QWidget:
    words = tr("{n} 条", n=over)
    if twice:
        words = tr("{n} 条，另 {m} 条两边都有", n=over, m=twice)
    return frame(row((label(what, "small"), 1), label(words, "fact")))
