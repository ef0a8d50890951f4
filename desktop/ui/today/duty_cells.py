"""How headings and duties are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.services.today import DutyRow
from desktop.ui.kit.groups import Index
from desktop.ui.kit.painting import (
    CENTER,
    draw_avatar,
    draw_box,
    draw_focus,
    draw_pill,
    draw_text,
    draw_tile,
    saved,
    text_width,
)
from desktop.ui.kit.theme import color, px
from desktop.ui.today.duty_model import Heading, tone_of

if TYPE_CHECKING:
    from desktop.ui.today.duties import DutyList

ROW, HEADING = 52, 34
_ICONS = {
    "consent": "file-check", "agreement": "handshake", "visit": "house", "training": "clipboard-check",
    "bundle": "usb", "backup": "database-backup", "draft": "save",
    "finding": "shield-alert",
}  # fmt: skip
_WIDE = 680  # below this width the avatar stands without the name


def action_rect(row: QRectF) -> QRectF:
    """Return where the button of a row stands."""
    return QRectF(row.right() - px(14) - px(94), round(row.center().y() - px(15)), px(94), px(30))


class DutyDelegate(QStyledItemDelegate):
    """Paints headings and duties."""

    def __init__(self, view: DutyList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry = self._view.duties.entry(index.row())
        return QSize(px(100), px(HEADING if isinstance(entry, Heading) else ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = self._view.duties.entry(index.row())
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        with saved(painter):
            if isinstance(entry, Heading):
                words = f"{entry.words}  {entry.count}"
                draw_pill(painter, rect.x() + px(16), rect.bottom() - px(13), words, entry.tone)
            elif entry is not None:
                self._paint_duty(painter, rect, entry, index, option.state)  # type: ignore[attr-defined]

    def _paint_duty(
        self, painter: QPainter, rect: QRectF, duty: DutyRow, index: Index, state: QStyle.StateFlag
    ) -> None:
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        is_current = is_chosen and self._view.hasFocus() and self._view.shows_focus
        self._paint_ground(painter, rect, index, is_current, bool(state & QStyle.StateFlag.State_MouseOver))
        tile = QRectF(rect.x() + px(16), rect.center().y() - px(17), px(34), px(34))
        draw_tile(painter, tile, _ICONS.get(duty.kind, "info"), tone_of(duty.group), 17)
        is_wide = rect.width() >= px(_WIDE)
        action = action_rect(rect)
        who = QRectF(action.left() - px(94 if is_wide else 40), rect.y(), px(89 if is_wide else 22), rect.height())
        due = QRectF(who.left() - px(112 if is_wide else 88), rect.y(), px(108 if is_wide else 84), rect.height())
        words = QRectF(rect.x() + px(62), rect.y(), due.left() - rect.x() - px(70), rect.height())
        self._paint_words(painter, words, duty)
        draw_text(painter, due, duty.due_text, 13, 500, tone_of(duty.group))
        self._paint_who(painter, who, duty.who)
        self._paint_action(painter, action, duty.action_label, index, is_current)

    def _paint_ground(
        self, painter: QPainter, rect: QRectF, index: Index, is_current: bool, is_under_pointer: bool
    ) -> None:
        if is_current or is_under_pointer:
            painter.fillRect(rect, color("sel" if is_current else "hover"))
        if is_current:
            painter.fillRect(QRectF(rect.x(), rect.y(), px(3), rect.height()), color("primary"))
        if isinstance(self._view.duties.entry(index.row() + 1), DutyRow):
            painter.setPen(QPen(color("border"), 1))
            painter.drawLine(QPointF(rect.left(), rect.bottom() - 0.5), QPointF(rect.right(), rect.bottom() - 0.5))

    @staticmethod
    def _paint_who(painter: QPainter, rect: QRectF, who: str) -> None:
        if not who:
            return
        disc = QRectF(rect.x(), rect.center().y() - px(11), px(22), px(22))
        draw_avatar(painter, disc, who, 11)
        if rect.width() > disc.width():
            draw_text(painter, rect.adjusted(px(29), 0, 0, 0), who, 13, 400, "text2")

    @staticmethod
    def _paint_words(painter: QPainter, rect: QRectF, duty: DutyRow) -> None:
        title_width = min(text_width(duty.title, 14, 500) + 2, int(rect.width() * 0.6))
        upper = QRectF(rect.x(), rect.center().y() - px(21), title_width, px(22))
        draw_text(painter, upper, duty.title, 14, 500)
        beside = upper.translated(title_width + px(8), 0)
        beside.setRight(rect.right())
        draw_text(painter, beside, duty.what, 14)
        lower = QRectF(rect.x(), rect.center().y(), rect.width(), px(20))
        draw_text(painter, lower, duty.reason, 12, 400, "text3")

    def _paint_action(self, painter: QPainter, rect: QRectF, words: str, index: Index, is_current: bool) -> None:
        is_first = index.row() == 1
        is_hot = self._view.hot_row == index.row()
        if is_first:
            draw_box(painter, rect, "primary_hover" if is_hot else "primary", None, px(7))
        else:
            draw_box(painter, rect, "soft" if is_hot else "surface", "border2", px(7))
        draw_text(painter, rect, words, 13, 500 if is_first else 400, "onprimary" if is_first else "text", CENTER)
        if is_current:
            draw_focus(painter, rect.adjusted(-3, -3, 3, 3), px(9))
