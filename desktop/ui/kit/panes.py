"""A form or list with the paper it speaks of: side by side, or in turns where there is no room for both."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.ui.kit.layouts import row
from desktop.ui.kit.theme import state

_WIDE = 950  # logical pixels below which the two take turns


class TwoPanes(QWidget):
    """Signal `fitted(is_wide)` when the two begin or cease to stand side by side."""

    fitted = Signal(bool)

    def __init__(
        self, left: QWidget, right: QWidget, stretch: tuple[int, int] = (1, 1), turning: QWidget | None = None
    ) -> None:
        """Show `left` and `right`; `turning` is the part of the left that gives way, all of it when None."""
        super().__init__()
        self._right, self._turning, self._stretch = right, turning or left, stretch
        self._box: QBoxLayout = row((left, stretch[0]), (right, stretch[1]), spacing=14)
        self.setLayout(self._box)
        self._is_wide, self._shows_right = True, False

    @property
    def is_wide(self) -> bool:
        """Whether both are seen."""
        return self._is_wide

    def turn(self, shows_right: bool) -> None:
        """Show the right one, or the left one, where only one can be seen."""
        self._shows_right = shows_right
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() / state.scale >= _WIDE
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self._settle()
            self.fitted.emit(is_wide)

    def _settle(self) -> None:
        is_turned = self._shows_right and not self._is_wide
        self._turning.setVisible(not is_turned)
        self._right.setVisible(self._is_wide or self._shows_right)
        # what stays of the left one stands above the right one
        self._box.setDirection(QBoxLayout.Direction.TopToBottom if is_turned else QBoxLayout.Direction.LeftToRight)
        self._box.setStretch(0, 0 if is_turned else self._stretch[0])
