"""Painting leaves the painter as it was, and costs the interpreter nothing that it misses later."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from desktop.ui.kit.basics import Avatar, ElidedLabel, KeyHints, Pill
from desktop.ui.kit.painting import avatar_index, draw_text, saved


@pytest.fixture
def painter(styled: QApplication) -> QPainter:
    image = QImage(QSize(200, 100), QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    painter.image = image  # type: ignore[attr-defined]  # the picture must live as long as its painter
    yield painter
    painter.end()


def test_calls_that_return_nothing_keep_none_alive(painter: QPainter) -> None:
    """PySide6 6.12.0 on Python 3.11 takes one reference from None a call, and dies after some thousands."""
    before = sys.getrefcount(None)
    for _ in range(20_000):
        painter.save()
        painter.restore()
    assert sys.getrefcount(None) > before - 100


def test_painter_is_restored_when_drawing_raises(painter: QPainter) -> None:
    painter.setOpacity(0.5)

    def draw() -> None:
        with saved(painter):
            painter.setOpacity(0.1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        draw()
    assert painter.opacity() == pytest.approx(0.5)


def test_text_too_wide_is_shortened(painter: QPainter) -> None:
    narrow, wide = QImage(200, 30, QImage.Format.Format_ARGB32), QImage(200, 30, QImage.Format.Format_ARGB32)
    for image, width in ((narrow, 60), (wide, 190)):
        image.fill(0)
        each = QPainter(image)
        draw_text(each, QRectF(0, 0, width, 30), "买买提·艾力买买提·艾力")
        each.end()
    drawn = [
        max((x for x in range(200) for y in range(30) if image.pixelColor(x, y).alpha()), default=0)
        for image in (narrow, wide)
    ]
    assert drawn[0] <= 62 < drawn[1]


def test_same_name_has_the_same_colour_everywhere() -> None:
    assert avatar_index("张晓东") == avatar_index("张晓东")
    assert len({avatar_index(name) for name in ("张晓东", "李敏", "王秀英", "阿依古丽", "欧阳文静", "赵永福")}) > 2


def test_painted_widgets_read_themselves_out(styled: QApplication) -> None:
    pill = Pill("服务中", "ok", "check")
    width = pill.width()
    pill.set_state("22 天后到期", "warn")
    assert pill.accessibleName() == "22 天后到期"
    assert pill.width() > width - 20
    assert Avatar("李敏").accessibleName() == "李敏"
    assert KeyHints([(("Ctrl", "S"), "保存")]).accessibleName() == "Ctrl+S 保存"


def test_shortened_label_keeps_the_whole_for_tool_tip_and_reader(styled: QApplication) -> None:
    label = ElidedLabel("青山镇东街社区第三居民小组十七号院北楼")
    label.resize(80, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.toolTip() == label.accessibleName() == "青山镇东街社区第三居民小组十七号院北楼"
    label.set_full_text("短")
    assert (label.text(), label.toolTip()) == ("短", "")
