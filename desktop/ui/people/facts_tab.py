"""The tabs of a file that show groups of facts: the basic ones and the illness."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.i18n import tr
from desktop.services.people import FactGroup, PersonCard
from desktop.ui.kit.basics import button
from desktop.ui.kit.layouts import card, column, frame, keep_order, row, scroll
from desktop.ui.people.facts import FactGroupView


class FactsTab(QWidget):
    """Groups of facts as cards in two columns, each with a way to change them."""

    reveal_wanted = Signal(str)
    edit_wanted = Signal(str)  # key of the group
    history_wanted = Signal(str)  # words of a field

    def __init__(self, keys: Callable[[str], bool], may_edit: bool) -> None:
        super().__init__()
        self._keys, self._may_edit = keys, may_edit
        self.groups: list[FactGroupView] = []
        self._columns = [column(spacing=12), column(spacing=12)]
        for each in self._columns:
            each.addStretch(1)
        body = frame(row(*((each, 1) for each in self._columns), spacing=14, margins=(0, 0, 0, 8)))
        self.setLayout(column((scroll(body, "bg"), 1)))

    def show_card(self, file: PersonCard) -> None:
        """Show the groups of a file that belong to this tab, the shorter column first."""
        for each in self._columns:
            while each.count() > 1:
                item = each.takeAt(0)
                if item is not None and (old := item.widget()) is not None:
                    old.setParent(None)
                    old.deleteLater()
        self.groups = []
        heights = [0, 0]
        for group in file.facts:
            if self._keys(group.key):
                place = heights.index(min(heights))
                heights[place] += len(group.facts) + 2
                into = self._columns[place]
                into.insertWidget(into.count() - 1, self._card(group))
        keep_order(self, *self.findChildren(QPushButton))

    def _card(self, group: FactGroup) -> QFrame:
        change = button(tr("修改"), "pencil", "ghost", small=True, name=tr("修改{what}", what=group.title))
        change.clicked.connect(lambda: self.edit_wanted.emit(group.key))
        change.setEnabled(self._may_edit)
        view = FactGroupView(group, change, label_width=96, has_history=True)
        view.reveal_wanted.connect(self.reveal_wanted)
        view.history_wanted.connect(self.history_wanted)
        self.groups.append(view)
        return card(view, margins=(16, 10, 12, 14))
