"""Saying that something was done, with the way back (撤销上一步), from the toast or by Ctrl+Z."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.i18n import tr
from desktop.ui.kit.messages import failure_text

if TYPE_CHECKING:
    from desktop.errors import KangyiError
    from desktop.ui.kit.workbench import Workbench


def toast_done(bench: Workbench, text: str, record_id: str, is_new: bool = True) -> None:
    """Say that a record was stored; the storing of a new one can be taken back."""
    _toast(bench, text, record_id, tr("撤销") if is_new else "")


def toast_removed(bench: Workbench, text: str, record_id: str) -> None:
    """Say that a record was taken away, which can be taken back."""
    _toast(bench, text, record_id, tr("恢复"))


def _toast(bench: Workbench, text: str, record_id: str, words: str) -> None:
    """Offer the way back; it belongs to the workbench, for the form is gone by the time somebody presses."""
    undoing = bench.services.undoing

    def refuse(trouble: KangyiError) -> None:
        bench.toast(tr("没有撤销。{why}", why=failure_text(trouble).sentence))

    def undo() -> None:
        bench.tasks.run(lambda: undoing.undo(record_id), lambda _: bench.toast(tr("已撤销。")), refuse, "write", bench)

    if words and bench.may("undoing.use"):
        bench.toast(text, words, undo)
    else:
        bench.toast(text)
