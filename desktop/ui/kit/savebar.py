"""The bar at the foot of a form: what was kept and when, what is still to be mended, and the buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.domain.faults import Fault
from desktop.i18n import tr
from desktop.ui.kit.basics import ElidedLabel, IconLabel, button
from desktop.ui.kit.layouts import row
from desktop.ui.kit.theme import icon


class SaveBar(QFrame):
    """Sticks to the bottom; the sentence of the faults is a button that leads to the first of them."""

    def __init__(self, *buttons: QWidget, on_faults: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("role", "savebar")
        self._kept = ElidedLabel(tr("还没有改动"), "note")
        self.faults: QPushButton = button(" ", "circle-alert", "ghost", on_click=on_faults)
        self.faults.setIcon(icon("circle-alert", "bad", 16))
        self.faults.setProperty("tone", "bad")
        self.faults.setVisible(False)
        self.setLayout(
            row(
                IconLabel("save", "link", 16),
                (self._kept, 1),
                self.faults,
                *buttons,
                spacing=10,
                margins=(24, 10, 24, 10),
            )
        )

    def say_kept(self, at: datetime) -> None:
        """Say when the draft was kept, in local time."""
        clock = at.astimezone().strftime("%H:%M")
        self._kept.set_full_text(tr("草稿 {clock} 已自动存在本机，关掉程序也不会丢", clock=clock))

    def say(self, text: str) -> None:
        """Say something else about the state of the form."""
        self._kept.set_full_text(text)

    def show_faults(self, faults: Sequence[Fault], labels: dict[str, str]) -> None:
        """Count what must be mended and name the fields."""
        names = [labels.get(fault.field or "", "") or fault.message for fault in faults if fault.severity == "error"]
        unique = list(dict.fromkeys(names))
        text = tr("还有 {n} 处要改：{names}", n=len(unique), names="、".join(unique[:4])) if unique else ""
        self.faults.setText(f" {text}")
        self.faults.setAccessibleName(text)
        self.faults.setVisible(bool(text))
