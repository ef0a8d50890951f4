"""The two lists of the import screen: the remarks on a sheet, and the imports made before."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.imports import BatchRow, RosterFault
from desktop.ui.kit.cells import action_cell, pill_cell, two_line_cell
from desktop.ui.kit.records import Column, RecordsModel, RecordTable
from desktop.ui.kit.theme import color, font

_LOOKS = {
    "accepted": ("ok", "check"),
    "warning": ("warn", "triangle-alert"),
    "error": ("bad", "circle-x"),
    "ignored": ("off", "minus"),
}
_COUNTED = ("imported", "updated", "unchanged", "drafts", "rejected")


def count_words(name: str, number: object) -> str:
    """Return one number of an import in words."""
    return {
        "imported": tr("新建 {n}", n=number),
        "updated": tr("更新 {n}", n=number),
        "unchanged": tr("没有变化 {n}", n=number),
        "drafts": tr("其中草稿 {n}", n=number),
        "rejected": tr("退回 {n}", n=number),
    }[name]


def _paint_sentence(painter: QPainter, rect: QRectF, fault: RosterFault) -> None:
    """Draw the sentence on up to two lines; documents of the trade never shorten what is wrong."""
    painter.setFont(font(13))
    painter.setPen(color("text"))
    flags = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignVCenter.value
    painter.drawText(rect, flags, fault.message)


def fault_table(codes: Codes) -> RecordTable:
    """Return the list of remarks: row, column, verdict, sentence."""

    def verdict(fault: RosterFault) -> tuple[str, str, str]:
        return codes.label("verdict", fault.verdict), *_LOOKS.get(fault.verdict, ("off", ""))

    def where(fault: RosterFault) -> tuple[str, str]:
        return tr("第 {row} 行", row=fault.excel_row), fault.column or ""

    columns = (
        Column(tr("行与列"), 132, lambda fault: "，".join(where(fault)).rstrip("，"), two_line_cell(where)),
        Column(tr("结论"), 138, lambda fault: verdict(fault)[0], pill_cell(verdict)),
        Column(tr("说明"), 0, lambda fault: fault.message, _paint_sentence),
    )
    model = RecordsModel(columns, lambda fault: f"{fault.excel_row}/{fault.column}/{fault.code}")
    return RecordTable(model, tr("逐行的说明"), 60)


def batch_words(batch: BatchRow) -> str:
    """Return what an import did, in words; numbers that are nought are left out."""
    said = [count_words(name, batch.counts[name]) for name in _COUNTED if batch.counts.get(name)]
    return tr("，").join(said) or tr("没有变化")


def batch_table(may_undo: bool) -> RecordTable:
    """Return the list of the imports made before, each with a way to undo it as a whole."""

    def when(batch: BatchRow) -> tuple[str, str]:
        return batch.imported_at, batch.imported_by

    def what(batch: BatchRow) -> tuple[str, str]:
        return batch.kind_title, batch.source

    def state(batch: BatchRow) -> tuple[str, str, str]:
        return (tr("已撤销"), "off", "undo-2") if batch.is_undone else (tr("已导入"), "ok", "check")

    def action(batch: BatchRow) -> str:
        return tr("撤销") if may_undo and not batch.is_undone else ""

    columns = (
        Column(tr("时间"), 190, lambda batch: " ".join(when(batch)), two_line_cell(when)),
        Column(tr("结果"), 0, batch_words),
        Column(tr("表格"), 200, lambda batch: " ".join(what(batch)), two_line_cell(what)),
        Column(tr("状态"), 112, lambda batch: state(batch)[0], pill_cell(state)),
        Column("", 112, action, action_cell(lambda batch: (action(batch), "")), action=action),
    )
    return RecordTable(RecordsModel(columns, lambda batch: batch.id), tr("以前的导入"), 52)
