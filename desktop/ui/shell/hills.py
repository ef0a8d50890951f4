"""The calm landscape beside the login; the only decoration of the program."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLabel

from desktop.i18n import tr
from desktop.ui.kit.layouts import column, row
from desktop.ui.kit.painting import Painted, draw_box
from desktop.ui.kit.theme import pixmap, px

_SKY_STEPS = 96
_SKY = ((0.0, "#1F5F55"), (0.62, "#2F8576"), (1.0, "#3F9584"))
# Ridges from far to near: points as shares of width and height, and the colour of the slope.
_RIDGES = (
    (((0.0, 0.70), (0.22, 0.60), (0.42, 0.69), (0.66, 0.62), (0.84, 0.68), (1.0, 0.63)), "#2A7568"),
    (((0.0, 0.78), (0.25, 0.71), (0.5, 0.79), (0.78, 0.70), (1.0, 0.76)), "#23675B"),
    (((0.0, 0.83), (0.3, 0.85), (0.6, 0.80), (1.0, 0.87)), "#1C574D"),
)
# Size, weight and opacity of the words by what they are.
_WORDS = {
    "name": (18, 700, 255), "field": (12, 400, 205), "greeting": (26, 700, 255), "why": (13, 400, 215),
    "promise": (12, 400, 225),
}  # fmt: skip


class Hills(Painted):
    """Sky, a low sun, three ridges and a path, with the name of the program and what it promises."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(px(400))
        self.setStyleSheet(_style_sheet())
        name = column(_words("name", tr("康驿")), _words("field", tr("精神障碍社区康复服务")), spacing=1)
        promises = row(
            _sign("shield-check"), _words("promise", tr("资料加密保存在本机")), 14,
            _sign("wifi-off"), _words("promise", tr("不连接互联网")), None, spacing=6,
        )  # fmt: skip
        self.setLayout(
            column(
                row(_Sign(), name, None, spacing=12),
                None,
                _words("greeting", tr("一步一步，")),
                _words("greeting", tr("回到熟悉的日子。")),
                6,
                _words("why", tr("训练、入户、文书都在这一台电脑里，不联网也能用。")),
                None, None, None, None,
                promises,
                spacing=4, margins=(36, 36, 30, 30),
            )
        )  # fmt: skip

    def draw(self, painter: QPainter) -> None:
        width, height = self.width(), self.height()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), _sky())
        painter.setPen(Qt.PenStyle.NoPen)
        for radius, alpha in ((40, 60), (25, 110)):
            painter.setBrush(QColor(255, 244, 214, alpha))
            painter.drawEllipse(QPointF(width * 0.74, height * 0.57), radius, radius)
        for points, colour in _RIDGES:
            painter.fillPath(_slope(points, width, height), QColor(colour))
        painter.setPen(QPen(QColor(255, 255, 255, 60), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_way(width, height))


class _Sign(Painted):
    """The sign of the program on a pale ground."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(px(42), px(42))

    def draw(self, painter: QPainter) -> None:
        painter.setOpacity(0.16)
        draw_box(painter, QRectF(self.rect()), "#FFFFFF", None, px(12))
        painter.setOpacity(1)
        painter.drawPixmap(QPointF(px(9), px(9)), pixmap("sprout", "#FFFFFF", 24))


def _sky() -> QImage:
    """Return the colours of the sky, one pixel wide; QLinearGradient with its many presets costs 3 ms of the start."""
    sky = QImage(1, _SKY_STEPS, QImage.Format.Format_RGB32)
    for (top, above), (bottom, below) in pairwise(_SKY):
        first, last = round(top * (_SKY_STEPS - 1)), round(bottom * (_SKY_STEPS - 1))
        for step in range(first, last + 1):
            sky.setPixelColor(0, step, _between(QColor(above), QColor(below), (step - first) / (last - first)))
    return sky


def _between(above: QColor, below: QColor, share: float) -> QColor:
    parts = ((above.red(), below.red()), (above.green(), below.green()), (above.blue(), below.blue()))
    return QColor(*(round(one + (other - one) * share) for one, other in parts))


def _slope(points: tuple[tuple[float, float], ...], width: int, height: int) -> QPainterPath:
    path = QPainterPath(QPointF(0, height))
    path.lineTo(points[0][0] * width, points[0][1] * height)
    for before, after in pairwise(points):
        middle = (before[0] + after[0]) / 2 * width
        path.cubicTo(
            QPointF(middle, before[1] * height),
            QPointF(middle, after[1] * height),
            QPointF(after[0] * width, after[1] * height),
        )
    path.lineTo(width, height)
    path.closeSubpath()
    return path


def _way(width: int, height: int) -> QPainterPath:
    path = QPainterPath(QPointF(width * 0.30, height))
    path.cubicTo(
        QPointF(width * 0.34, height * 0.93),
        QPointF(width * 0.62, height * 0.93),
        QPointF(width * 0.56, height * 0.865),
    )
    path.cubicTo(
        QPointF(width * 0.53, height * 0.83),
        QPointF(width * 0.70, height * 0.82),
        QPointF(width * 0.735, height * 0.785),
    )
    return path


def _words(kind: str, text: str) -> QLabel:
    words = QLabel(text)
    words.setObjectName(kind)
    return words


def _style_sheet() -> str:
    """Return one sheet for all words: read once, where each label's own would be read by itself."""
    return "".join(
        f"QLabel#{kind} {{ color: rgba(255,255,255,{alpha}); font-size: {px(size)}px; font-weight: {weight}; }}"
        for kind, (size, weight, alpha) in _WORDS.items()
    )


def _sign(icon: str) -> QLabel:
    sign = QLabel()
    sign.setPixmap(pixmap(icon, "#FFFFFF", 15))
    return sign
