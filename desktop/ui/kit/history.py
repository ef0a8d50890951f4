"""A history (修改记录): one line a field, who and when, from what to what; a box narrows it down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.histories import FieldChange
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.cells import two_line_cell, words_cell
from desktop.ui.kit.form import text_field
from desktop.ui.kit.layouts import column, frame
from desktop.ui.kit.messages import EmptyState, Modal
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.theme import px

_NOTHING = "—"


def _act_words(change: FieldChange) -> str:
    return {"added": tr("新登记"), "removed": tr("删除了"), "restored": tr("恢复了")}.get(change.act, change.before)


def _was(change: FieldChange) -> str:
    return _act_words(change) or _NOTHING


def _became(change: FieldChange) -> str:
    return change.after or (_NOTHING if change.field else "")


def _when(change: FieldChange) -> tuple[str, str]:
    return change.at.astimezone().strftime("%Y-%m-%d %H:%M"), change.who


def _what(change: FieldChange) -> tuple[str, str]:
    return (change.field, change.record) if change.field else (change.record, "")


def _spoken(change: FieldChange) -> str:
    return tr("{field}：从“{before}”改为“{after}”", field=change.field, before=_was(change), after=_became(change))


class HistoryPanel(QWidget):
    """A box to search in, the lines, and the whole words of the line that is chosen."""

    def __init__(self, wanted: str = "") -> None:
        super().__init__()
        self._changes: tuple[FieldChange, ...] = ()
        self._fact = wanted
        self.search = text_field(tr("项目、内容、工作人员，如：电话"))
        self.search.setAccessibleName(tr("在修改记录里找"))
        self.search.set_value(wanted)
        columns = (
            Column(tr("时间和工作人员"), 150, lambda change: "，".join(_when(change)), two_line_cell(_when)),
            Column(tr("项目"), 190, lambda change: "，".join(_what(change)), two_line_cell(_what)),
            Column(tr("原来"), 190, _was, words_cell(_was)),
            Column(tr("改为"), 0, _spoken, words_cell(_became, ink="text")),
        )
        self.table = RecordTable(RecordsModel(columns, lambda change: change.key), tr("修改记录"), 46)
        self.whole = label("", "small", wrapped=True)
        self._card = RecordCard(self.table, frame(column(self.search)))
        self.setLayout(column((self._card, 1), self.whole, spacing=8))
        self.setMinimumHeight(px(360))
        self.search.textChanged.connect(lambda _: self._narrow())
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_whole())

    def show_changes(self, changes: Sequence[FieldChange]) -> None:
        """Show the lines, newest first."""
        self._changes = tuple(changes)
        if not self.shown():  # a fact that is made of several fields has a name of its own
            self.search.set_value("")
        self._narrow()

    def shown(self) -> tuple[FieldChange, ...]:
        """Return the lines of the fact the panel was opened for, or those that match what is searched for."""
        text = self.search.value().strip()
        if text and text == self._fact:  # another field may hold the name of this one among its words
            of_fact = tuple(each for each in self._changes if each.field == text)
            if of_fact:
                return of_fact
        return tuple(
            each
            for each in self._changes
            if any(text in part for part in (each.field, each.record, each.before, each.after, each.who))
        )

    def _narrow(self) -> None:
        shown = self.shown()
        self.table.show_records(shown)
        none = EmptyState("history", tr("没有这样的修改"), tr("换一个词，或清空再看全部。"), tone="off")
        self._card.show_instead(None if shown else none)
        self._card.set_footer(tr("{n} 处，新的在前；号码在这里始终隐去中间几位", n=len(shown)))
        self._show_whole()

    def _show_whole(self) -> None:
        change = self.table.current_record()
        words = _spoken(change) if change is not None and change.field else ""
        if change is not None and change.reason:
            words = " ".join(part for part in (words, tr("理由：{words}", words=change.reason)) if part)
        self.whole.setText(words)
        self.whole.setVisible(bool(words))


def show_history(window: QWidget, name: str, wanted: str = "") -> tuple[Modal, HistoryPanel]:
    """Open the history in the window, narrowed down to one field when `wanted` names it."""
    panel = HistoryPanel(wanted)
    done = button(tr("关闭"), kind="primary")
    modal = Modal(window, tr("修改记录：{name}", name=name), panel, (done,), width=940)
    done.clicked.connect(modal.close_modal)
    return modal, panel
