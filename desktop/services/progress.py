"""How far a long piece of work is, seen from the window's thread, and the wish to stop it."""

from __future__ import annotations

from desktop.errors import ValidationError
from desktop.i18n import tr


class Progress:
    """Counted by the worker, read by the window; `cancel` makes the next step raise ValidationError cancelled."""

    def __init__(self) -> None:
        self.stage = ""
        self.done = 0
        self.total = 0
        self._is_cancelled = False

    def begin(self, stage: str, total: int = 0) -> None:
        """Begin a stage of so many steps (0: nobody knows how many)."""
        self._stop_if_asked()
        self.stage, self.done, self.total = stage, 0, total

    def step(self, number: int = 1) -> None:
        """Tell that more steps are done."""
        self._stop_if_asked()
        self.done += number

    def cancel(self) -> None:
        """Ask the worker to stop; what it did in its transaction is taken back."""
        self._is_cancelled = True

    def _stop_if_asked(self) -> None:
        if self._is_cancelled:
            raise ValidationError("cancelled", tr("已取消，没有导入任何内容。"), tr("可以重新选择表格再导入。"))
