"""The dialog that puts two versions of one record beside each other: a person decides field by field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.versions import Clash, Comparison
from desktop.i18n import tr
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import card, column, frame, row, scroll
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.theme import px

THEIRS, MINE = "theirs", "mine"
_HEIGHT_OF_ONE, _MOST_HEIGHT = 146, 380


class _Line(QWidget):
    """One field: both values in full, and which of them holds. Signal `picked()`."""

    picked = Signal()

    def __init__(self, clash: Clash) -> None:
        super().__init__()
        self.name = clash.name
        theirs, mine = clash.theirs or tr("（空）"), clash.mine or tr("（空）")
        self.choice = Chips([(THEIRS, tr("用对方的")), (MINE, tr("用我的"))], name=clash.label)
        self.choice.set_values([])
        self.choice.picked.connect(lambda _: self.picked.emit())
        both = row(
            (column(label(tr("对方"), "note"), label(theirs, "fact", wrapped=True), spacing=2), 1),
            (column(label(tr("我"), "note"), label(mine, "fact", wrapped=True), spacing=2), 1),
            spacing=16,
        )
        self.setLayout(column(card(label(clash.label, "h3"), both, self.choice, spacing=6, margins=(14, 8, 14, 10))))
        self.setAccessibleName(
            tr("{label}：对方填“{theirs}”，我填“{mine}”", label=clash.label, theirs=theirs, mine=mine)
        )


class CompareView(QWidget):
    """All fields both changed. Signal `decided(bool)`: whether every one of them has its answer."""

    decided = Signal(bool)

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self.lines = [_Line(clash) for clash in comparison.clashes]
        for line in self.lines:
            line.picked.connect(self._tell)
        when = f"{comparison.at.astimezone():%Y-%m-%d %H:%M}" if comparison.at is not None else ""
        who = comparison.who or tr("另一位工作人员")
        words = tr(
            "{who} {when} 保存了这份记录，您也在改。下面 {n} 项两边填得不一样，请逐项选择；其余的已合在一起。",
            who=who, when=when, n=len(self.lines),
        )  # fmt: skip
        self.words = label(words, "sub", wrapped=True)
        area = scroll(frame(column(*self.lines, None, spacing=8)))
        area.setMinimumHeight(px(min(_HEIGHT_OF_ONE * len(self.lines), _MOST_HEIGHT)))
        self.setLayout(column(self.words, (area, 1), spacing=10))

    def choose_all(self, code: str) -> None:
        """Take one side everywhere."""
        for line in self.lines:
            line.choice.set_value(code)
        self._tell()

    def kept(self) -> frozenset[str]:
        """Return the names of the fields that stay as they were typed here."""
        return frozenset(line.name for line in self.lines if line.choice.value() == MINE)

    def _tell(self) -> None:
        self.decided.emit(all(line.choice.value() for line in self.lines))


def ask_which(window: QWidget, comparison: Comparison, on_choice: Callable[[frozenset[str]], object]) -> Modal:
    """Ask field by field; there is no way round it, so that neither version is overwritten unseen."""
    view = CompareView(comparison)
    theirs = button(tr("全部用对方的"), on_click=lambda: view.choose_all(THEIRS))
    mine = button(tr("全部用我的"), on_click=lambda: view.choose_all(MINE))
    done = button(tr("按选择合并"), "git-compare", "primary")
    done.setEnabled(False)
    view.decided.connect(done.setEnabled)
    modal = Modal(window, tr("两边都改过"), view, (done,), 720, (theirs, mine), can_close=False)

    def agree() -> None:
        kept = view.kept()
        modal.finish()
        on_choice(kept)

    done.clicked.connect(agree)
    return modal
