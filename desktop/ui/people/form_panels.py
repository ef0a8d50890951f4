"""Beside the form: who may be the same person; and the last step, where all that was typed is looked over."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QWidget

from desktop.domain.faults import Fault
from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.people import Lookalike
from desktop.ui.kit.basics import Avatar, ElidedLabel, IconLabel, button, label
from desktop.ui.kit.layouts import FlowBox, card, column, frame, keep_order, row, scroll, separator
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.theme import px
from desktop.ui.people.form_fields import PersonFields
from desktop.ui.people.looks import sex_and_age

_SHOWN = 8  # so many of what is missing are named at once


class SidePanel(QFrame):
    """Hints for the step, and above them the clients who may be the same person. Signal `open_wanted(id)`."""

    open_wanted = Signal(str)
    field_wanted = Signal(str)

    def __init__(self, codes: Codes) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._codes = codes
        self.setFixedWidth(px(300))
        self.title = label("", "h3")
        self.words = label("", "small", wrapped=True)
        self._alike = column(spacing=8)
        self._alike_frame = frame(column(self._alike, 4, separator(), spacing=8))
        self._alike_frame.hide()
        self._bars = column(spacing=6)
        self._told: object = None
        told = (self._alike_frame, self.title, self.words, 4, separator(), self._bars, None)
        body = frame(column(*told, spacing=8, margins=(16, 14, 12, 14)))
        self.setLayout(column((scroll(body), 1), margins=1))

    def show_hint(self, title: str, words: str) -> None:
        """Show the hint of a step."""
        self.title.setText(title)
        self.words.setText(words)

    def show_bars(
        self, errors: tuple[Fault, ...], missing: tuple[Fault, ...], gaps: tuple[Fault, ...], labels: dict[str, str]
    ) -> None:
        """Show how far the file is: draft, registered, complete, each with what it lacks and a way there."""
        bars = ((tr("草稿"), errors), (tr("登记"), missing), (tr("完整"), gaps))
        told = tuple((title, tuple(fault.field for fault in faults)) for title, faults in bars)
        if told == self._told:
            return
        self._told = told
        while (item := self._bars.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for title, faults in bars:
            self._bars.addWidget(self._bar(title, [fault.field or "" for fault in faults], labels))

    def _bar(self, title: str, names: list[str], labels: dict[str, str]) -> QWidget:
        names = list(dict.fromkeys(name for name in names if name in labels))
        state = tr("齐了") if not names else tr("缺 {n} 项", n=len(names))
        tone = "ok" if not names else "warn"
        icon = IconLabel("circle-check" if not names else "circle-dashed", tone, 16)
        head = frame(row(icon, label(title, "medium"), None, label(state, "note", tone=tone)))
        links = FlowBox(spacing=0)
        for name in names[:_SHOWN]:
            link = button(labels[name], kind="ghost", small=True, name=tr("去填{what}", what=labels[name]))
            link.clicked.connect(lambda _=False, name=name: self.field_wanted.emit(name))
            links.flow.addWidget(link)
        rest = len(names) - _SHOWN
        more = [label(tr("还有 {n} 项", n=rest), "note")] if rest > 0 else []
        return frame(column(head, *([links] if names else []), *more, spacing=2))

    def show_alike(self, rows: tuple[Lookalike, ...]) -> None:
        """Show who may be the same person, each with a way to open that file instead."""
        while (item := self._alike.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        self._alike_frame.setVisible(bool(rows))
        if rows:
            head = tr("可能已经建过档：{n} 人", n=len(rows))
            self._alike.addWidget(
                frame(row(IconLabel("triangle-alert", "warn", 16), label(head, "h3", tone="warn"), None))
            )
        for each in rows:
            self._alike.addWidget(self._person(each))
        keep_order(self._alike_frame, *self._alike_frame.findChildren(QPushButton))

    def _person(self, found: Lookalike) -> QWidget:
        each = found.row
        facts = " · ".join(part for part in (sex_and_age(self._codes, each), each.village or "") if part)
        names = column(ElidedLabel(each.name, "medium"), ElidedLabel(each.file_no, "note"), spacing=0)
        view = button(tr("打开"), small=True, name=tr("打开{name}的档案", name=each.name))
        view.clicked.connect(lambda: self.open_wanted.emit(each.id))
        made = card(
            row(Avatar(each.name, 32), (names, 1), view, spacing=8),
            ElidedLabel(facts, "note"),
            ElidedLabel(each.id_masked or tr("证件号未填"), "note"),
            label(found.why, "note", wrapped=True, tone="warn"),
            spacing=3,
            margins=(10, 8, 10, 8),
            role="tile",
        )
        made.setAccessibleName(tr("可能是同一人：{name}，{facts}；{why}", name=each.name, facts=facts, why=found.why))
        return made


class CheckStep(QWidget):
    """All that was typed, group by group, with what is wrong or missing above. Signal `field_wanted(name)`."""

    field_wanted = Signal(str)

    def __init__(self, fields: PersonFields, titles: tuple[str, ...]) -> None:
        super().__init__()
        self._fields, self._titles = fields, titles
        self.verdict = Banner()
        self._body = column(spacing=12)
        self.setLayout(column(self.verdict, self._body, None, spacing=12, margins=(20, 14, 20, 14)))

    def show_all(self, errors: tuple[Fault, ...], missing: tuple[Fault, ...], is_new: bool) -> None:
        """Show the form as it stands."""
        while (item := self._body.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        marks = {fault.field: fault for fault in (*missing, *errors)}
        for place, title in enumerate(self._titles):
            self._body.addWidget(self._group(place, title, marks))
        self._say(errors, missing, is_new)
        changes = [each for each in self.findChildren(QPushButton) if each is not self.verdict.action]
        keep_order(self.verdict.action, *changes)

    def _say(self, errors: tuple[Fault, ...], missing: tuple[Fault, ...], is_new: bool) -> None:
        first = (errors or missing)[0].field or "" if errors or missing else ""
        go = (tr("去改"), lambda: self.field_wanted.emit(first))
        names = "、".join(
            dict.fromkeys(self._fields.labels.get(fault.field or "", fault.message) for fault in errors or missing)
        )
        if errors:
            self.verdict.say("bad", tr("还不能保存，要先改：{names}。", names=names), *go)
        elif missing:
            words = tr("还缺：{names}。可以先存为草稿档案，以后补齐。", names=names)
            self.verdict.say("warn", words, tr("去补"), go[1])
        else:
            self.verdict.say("ok", tr("都齐了，可以建档。") if is_new else tr("都齐了，可以保存。"))

    def _group(self, place: int, title: str, marks: dict[str | None, Fault]) -> QFrame:
        names = self._fields.by_step[place]
        change = button(tr("修改"), "pencil", "ghost", small=True, name=tr("修改{what}", what=title))
        change.clicked.connect(lambda: self.field_wanted.emit(names[0]))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        shown = [name for name in names if self._fields.words(name) or name in marks]
        for count, name in enumerate(shown):
            line, side = divmod(count, 2)
            fault = marks.get(name)
            tone = "" if fault is None else ("bad" if fault.severity == "error" else "warn")
            words = self._fields.words(name) or (tr("还没有填") if fault else "—")
            grid.addWidget(label(self._fields.labels[name], "note"), line, side * 2)
            grid.addWidget(label(words, "fact", wrapped=True, tone=tone), line, side * 2 + 1)
        for side in (1, 3):
            grid.setColumnStretch(side, 1)
        for side in (0, 2):
            grid.setColumnMinimumWidth(side, px(104))
        head = row(label(title, "h3"), None, change)
        nothing = () if shown else (label(tr("没有填"), "note"),)
        return card(head, grid, *nothing, spacing=4, margins=(14, 8, 10, 12), role="tile")
