"""The tick-boxes a-m of a consent, each answered on its own (DOMAIN 7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.codes import entries
from desktop.services.consents import ScopeAnswer
from desktop.ui.kit.basics import ElidedLabel, Switch, label
from desktop.ui.kit.layouts import column, frame, row
from desktop.ui.kit.painting import CENTER, Painted, draw_box, draw_text
from desktop.ui.kit.theme import px


class _Letter(Painted):
    """The letter of a scope in a small square."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        self._letter = letter
        self.setFixedSize(px(22), px(22))

    def draw(self, painter: QPainter) -> None:
        draw_box(painter, QRectF(self.rect()), "muted", None, px(5))
        draw_text(painter, QRectF(self.rect()), self._letter, 13, 700, "text2", CENTER)


class ScopeSwitches(QWidget):
    """One switch a scope; needed ones are marked, optional ones may never be a condition of service."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._switches: dict[str, Switch] = {}
        self._is_settling = False
        lines = [self._line(scope) for scope in entries("consent_scope")]
        layout = column(*lines, None, spacing=0)
        self.setLayout(layout)

    def value(self) -> tuple[ScopeAnswer, ...]:
        """Return every answer."""
        return tuple(ScopeAnswer(scope, switch.isChecked()) for scope, switch in self._switches.items())

    def set_value(self, answers: Sequence[ScopeAnswer]) -> None:
        """Show answers, without a signal."""
        self._is_settling = True
        for answer in answers:
            self._switches[answer.scope].setChecked(answer.is_agreed)
        self._is_settling = False

    def counts(self) -> tuple[int, int]:
        """Return how many are agreed and how many refused."""
        agreed = sum(switch.isChecked() for switch in self._switches.values())
        return agreed, len(self._switches) - agreed

    def _line(self, scope: dict[str, object]) -> QWidget:
        code, words = str(scope["code"]), tr(str(scope["label"]))
        switch = Switch(bool(scope.get("is_agreed")), tr("{letter} {scope}：同意", letter=code, scope=words))
        switch.toggled.connect(partial(self._flip, code))
        self._switches[code] = switch
        note = (
            tr("必需")
            if scope.get("is_needed")
            else tr("依法不得作为条件")
            if scope.get("is_optional_by_law")
            else tr("可选")
        )
        mark = label(note, "note", tone="info" if scope.get("is_needed") else "")
        made = frame(row(_Letter(code), (ElidedLabel(words), 1), mark, switch, spacing=10, margins=(0, 4, 0, 4)))
        made.setFixedHeight(px(32))
        return made

    def _flip(self, _code: str, _on: bool) -> None:
        if not self._is_settling:
            self.edited.emit()


def usual_answers() -> tuple[ScopeAnswer, ...]:
    """Return the answers printed beforehand."""
    return tuple(ScopeAnswer(scope["code"], bool(scope.get("is_agreed"))) for scope in entries("consent_scope"))
