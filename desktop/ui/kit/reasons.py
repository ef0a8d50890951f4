"""The dialog that asks why: before a final record is corrected, before a record is taken away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.form import Field, area_field
from desktop.ui.kit.layouts import column, frame
from desktop.ui.kit.messages import Modal


def ask_reason(
    window: QWidget, title: str, text: str, yes_label: str, on_reason: Callable[[str], object], is_danger: bool = False
) -> Modal:
    """Ask for a reason in one sentence; without one the button stays grey."""
    words = area_field(tr("如：日期写错一天"), height=64)
    field = Field(tr("理由（会记入操作记录）"), words, required=True)
    no = button(tr("取消"))
    yes = button(yes_label, kind="danger" if is_danger else "primary")
    yes.setEnabled(False)
    words.edited.connect(lambda: yes.setEnabled(bool(words.value().strip())))
    modal = Modal(
        window, title, frame(column(label(text, "sub", wrapped=True), field, spacing=10)), (no, yes), width=480
    )
    no.clicked.connect(modal.close_modal)

    def agree() -> None:
        reason = words.value().strip()
        modal.finish()
        on_reason(reason)

    yes.clicked.connect(agree)
    return modal
