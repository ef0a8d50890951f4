"""Groups of facts of a file: label, words, and an eye where the words are masked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton

from desktop.i18n import tr
from desktop.services.people import Fact, FactGroup
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.layouts import Item, column, frame, row
from desktop.ui.kit.theme import icon, px


class FactGroupView(QFrame):
    """One titled group. Signals `reveal_wanted(name of the field)`, `history_wanted(words of the field)`."""

    reveal_wanted = Signal(str)
    history_wanted = Signal(str)

    def __init__(self, group: FactGroup, *beside: Item, label_width: int = 72, has_history: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.setAccessibleName(group.title)
        self._values: dict[str, tuple[QLabel, QPushButton, str]] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(10))
        grid.setVerticalSpacing(px(7))
        grid.setColumnMinimumWidth(0, px(label_width))
        grid.setColumnStretch(1, 1)
        for place, fact in enumerate(group.facts):
            upright = Qt.AlignmentFlag.AlignVCenter if fact.reveal else Qt.AlignmentFlag.AlignTop
            grid.addWidget(label(fact.label, "note"), place, 0, upright)
            grid.addWidget(self._value(fact), place, 1)
            if has_history:
                grid.addWidget(self._history(fact), place, 2, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(row(label(group.title, "h3"), None, *beside), grid, spacing=8))

    def show_revealed(self, name: str, words: str) -> None:
        """Show a field in full; the eye hides it again."""
        if name in self._values:
            value, eye, _ = self._values[name]
            value.setText(words)
            eye.setIcon(icon("eye-off", "text2", 16))
            _name_eye(eye, tr("收起"))

    def hide_revealed(self) -> None:
        """Mask everything again."""
        for value, eye, masked in self._values.values():
            value.setText(masked)
            eye.setIcon(icon("eye", "text2", 16))
            _name_eye(eye, tr("显示完整内容（会记入日志）"))

    def _history(self, fact: Fact) -> QPushButton:
        words = tr("{what}的修改记录", what=fact.label)
        return button("", "history", "bare", True, words, lambda: self.history_wanted.emit(fact.label))

    def _value(self, fact: Fact) -> QFrame:
        words = label(fact.value or "—", "fact", wrapped=True, tone=fact.tone if fact.value else "off")
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if not (fact.reveal and fact.value):
            return frame(row((words, 1)))
        name, masked = fact.reveal, fact.value
        words.setWordWrap(False)
        eye = button("", "eye", "bare", small=True, name=tr("显示完整内容（会记入日志）"))
        eye.clicked.connect(lambda: self._toggle(name, masked))
        self._values[name] = (words, eye, masked)
        return frame(row(words, eye, None, spacing=2))

    def _toggle(self, name: str, masked: str) -> None:
        value, _, _ = self._values[name]
        if value.text() == masked:
            self.reveal_wanted.emit(name)
        else:
            self.hide_revealed()


def _name_eye(eye: QPushButton, words: str) -> None:
    eye.setAccessibleName(words)
    eye.setToolTip(words)
