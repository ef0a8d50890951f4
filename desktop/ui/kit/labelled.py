"""A control with its label above and one line below; light, because the login window has one."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.kit.basics import IconLabel, restyle
from desktop.ui.kit.basics import label as make_label
from desktop.ui.kit.layouts import row
from desktop.ui.kit.theme import px, state


class Field(QWidget):
    """Label above, control, one line below for a hint or what is wrong; the line exists only when it speaks."""

    def __init__(self, label: str, control: QWidget, hint: str = "", required: bool = False) -> None:
        super().__init__()
        self.control = control
        self.label = label
        self._hint = hint
        self.setProperty("is_field", True)
        title = make_label("", "small")
        star = f' <span style="color:{state.tokens["bad"]}">*</span>' if required else ""
        title.setText(f"{label}{star}")
        if star:
            title.setTextFormat(title.textFormat().RichText)
        title.setBuddy(control)
        if not label:  # showing it before it has a parent would flash a window
            title.hide()
        if label:
            control.setAccessibleName(label)
        self._icon = IconLabel("circle-alert", "bad", 14)
        self._line: QLabel = make_label(hint, "note", wrapped=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        layout.addWidget(title)
        layout.addWidget(control)
        layout.addLayout(row(self._icon, (self._line, 1), spacing=5))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.clear()

    def set_fault(self, text: str, severity: str = "error") -> None:
        """Say below the control what is wrong ("error") or doubtful ("warning")."""
        tone = "bad" if severity == "error" else "warn"
        self._show(text, tone, "circle-alert" if tone == "bad" else "triangle-alert")
        if self.control.property("bad") != severity:
            restyle(self.control, bad=severity)

    def set_hint(self, hint: str) -> None:
        """Say something else below the control while nothing is wrong."""
        self._hint = hint
        if not self.control.property("bad"):
            self.clear()

    def set_good(self, text: str) -> None:
        """Say below the control that the answer was checked and is right."""
        self.clear()
        self._show(text, "ok", "circle-check")

    def clear(self) -> None:
        """Take the fault away and show the hint again."""
        self._show(self._hint, "", "")
        if self.control.property("bad"):
            restyle(self.control, bad="")

    @property
    def has_fault(self) -> bool:
        """Whether an error is shown (a warning is none)."""
        return bool(self.control.property("bad") == "error")

    def _show(self, text: str, tone: str, icon: str) -> None:
        self._line.setText(text)
        self._line.setVisible(bool(text))
        restyle(self._line, tone=tone)
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.set_icon(icon, tone)
        self.control.setAccessibleDescription(text)
