"""The only ways to speak to the person: toast, banner, empty state, and the dialog inside the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.kit.basics import IconLabel, Tile, button, label, restyle
from desktop.ui.kit.layouts import Item, card, column, row
from desktop.ui.kit.theme import px

_BANNER_ICONS = {"warn": "triangle-alert", "bad": "circle-alert", "info": "info", "ok": "circle-check"}


class Failure(NamedTuple):
    """What happened and what to do."""

    message: str
    remedy: str

    @property
    def sentence(self) -> str:
        """Both in one line."""
        return self.message + self.remedy


def failure_text(trouble: KangyiError) -> Failure:
    """Return the sentences of a failure."""
    return Failure(trouble.message, trouble.remedy)


def add_shadow(widget: QWidget, blur: int = 40, down: int = 12, alpha: int = 80) -> None:
    """Give a dialog, a toast or a sheet of paper its shadow; nothing else has one."""
    from PySide6.QtWidgets import QGraphicsDropShadowEffect  # not at the top: no login window has a shadow

    effect = QGraphicsDropShadowEffect(widget)
    effect.setBlurRadius(px(blur))
    effect.setOffset(0, px(down))
    effect.setColor(QColor(0, 0, 0, alpha))
    widget.setGraphicsEffect(effect)


class Banner(QFrame):
    """One sentence with an optional action; tones info, warn, bad, ok. `bad` says first what was not harmed."""

    def __init__(
        self,
        tone: str = "info",
        text: str = "",
        action_label: str | None = None,
        on_action: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self._icon = IconLabel("info", "info", 18)
        self._text: QLabel = label("", wrapped=True)
        self.action: QPushButton = button("", small=True)
        self._on_action: Callable[[], object] | None = None
        self.action.clicked.connect(self._act)
        self.setLayout(row(self._icon, (self._text, 1), self.action, spacing=10, margins=(14, 7, 8, 7)))
        self.say(tone, text, action_label, on_action)

    def say(
        self, tone: str, text: str, action_label: str | None = None, on_action: Callable[[], object] | None = None
    ) -> None:
        """Show another sentence; an empty one hides the banner."""
        self._text.setText(text)
        self._icon.set_icon(_BANNER_ICONS[tone], tone)
        self._on_action = on_action
        self.action.setText(action_label or "")
        self.action.setAccessibleName(action_label or "")
        self.action.setVisible(bool(action_label))
        self.setAccessibleName(text)
        restyle(self._text, tone=tone)
        restyle(self, tone=tone)
        if text and self.parentWidget() is None:
            # shown together with its parent later; shown now it would flash as a window of its own
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
        else:
            self.setVisible(bool(text))

    def say_failure(
        self, trouble: KangyiError, action_label: str | None = None, on_action: Callable[[], object] | None = None
    ) -> None:
        """Show what happened and what to do."""
        self.say("bad", failure_text(trouble).sentence, action_label, on_action)

    def text(self) -> str:
        """Return the sentence shown."""
        return self._text.text()

    def _act(self) -> None:
        if self._on_action is not None:
            self._on_action()


class Toast(QFrame):
    """Says in passing that something was done, with a way to undo it; goes away by itself."""

    def __init__(
        self,
        window: QWidget,
        text: str,
        undo_label: str = "",
        on_undo: Callable[[], object] | None = None,
        icon: str = "circle-check",
    ) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("role", "toast")
        self.setAccessibleName(text)
        items: list[Item] = [IconLabel(icon, "okbg", 18), label(text)]
        if undo_label and on_undo is not None:
            undo = button(undo_label, small=True, on_click=on_undo)
            undo.clicked.connect(self.close)
            items.append(undo)
        self.setLayout(row(*items, spacing=10, margins=(16, 9, 16, 9)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_shadow(self, 24, 6, 70)
        QTimer.singleShot(8000 if undo_label else 4000, self, self.close)

    def settle(self, left: int) -> None:
        """Show near the bottom, centred right of `left`."""
        self.adjustSize()
        window = self._window
        self.move((window.width() + left - self.width()) // 2, window.height() - self.height() - px(28))
        self.show()
        self.raise_()


class EmptyState(QFrame):
    """What a list shows when there is nothing: one line, why, and one way on."""

    def __init__(
        self,
        icon: str,
        title: str,
        why: str = "",
        action_label: str = "",
        on_action: Callable[[], object] | None = None,
        tone: str = "soft",
        second: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.setAccessibleName(f"{title}。{why}")
        reason = label(why, "small", wrapped=True)
        reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if not why:
            reason.hide()
        ways: list[Item] = []
        if action_label:
            # never the primary one: that stands in the head of the screen, and there is one a screen
            ways.append(button(action_label, small=True, on_click=on_action))
        if second is not None:
            ways.append(second)
        self.setLayout(
            column(
                None,
                row(None, Tile(icon, tone, 52, 26), None),
                row(None, label(title, "h3"), None),
                reason,
                2,
                row(None, *ways, None, spacing=6),
                None,
                spacing=5,
                margins=16,
            )
        )


def failed_state(trouble: KangyiError, again: Callable[[], object] | None = None) -> EmptyState:
    """Return what a list shows when it could not be read."""
    words = failure_text(trouble)
    return EmptyState("triangle-alert", words.message, words.remedy, tr("再试一次") if again else "", again, tone="bad")


class Modal(QFrame):
    """A dialog inside the window: a scrim, a centred card, buttons at the right.

    Esc closes it, Enter in a field presses the primary button, Tab stays inside.
    """

    closed = Signal()

    def __init__(
        self,
        window: QWidget,
        title: str,
        widget: QWidget,
        buttons: tuple[QPushButton, ...] = (),
        width: int = 520,
        left_buttons: tuple[QPushButton, ...] = (),
        can_close: bool = True,
    ) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("role", "scrim")
        self.setAccessibleName(title)
        self._can_close = can_close
        self._width = width
        self._came_from = window.focusWidget()
        self.body = widget
        self._primary = next((each for each in buttons if each.property("kind") == "primary"), None)
        shut = button("", "x", "bare", name=tr("关闭（Esc）"), on_click=self.close_modal)
        if not can_close:
            shut.hide()
        bar = row(*left_buttons, None, *buttons, spacing=8)
        self._card = card(row(label(title, "h2"), None, shut), (widget, 1), bar, spacing=12, margins=(24, 16, 20, 18))
        self._card.setParent(self)
        add_shadow(self._card)
        window.installEventFilter(self)
        self._card.installEventFilter(self)
        self._settle()
        self.show()
        self.raise_()
        self._focus_first(widget, buttons)

    def close_modal(self) -> None:
        """Close and give the focus back to where it came from."""
        if not self._can_close:
            return
        self.finish()

    def finish(self) -> None:
        """Close whatever `can_close` says; for the code that owns the dialog."""
        self._window.removeEventFilter(self)
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus()
        self.closed.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_modal()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish_line()

    def _finish_line(self) -> None:
        """Press the primary button when a field was finished; in a list Enter ticks, and comes here, too."""
        if self._primary is not None and isinstance(self.focusWidget(), QLineEdit):
            self._primary.click()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Keep Tab among the widgets of the dialog."""
        inside = [
            each
            for each in self.findChildren(QWidget)
            if each.isVisibleTo(self)
            and each.isEnabled()
            and each.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not isinstance(each.parentWidget(), QAbstractScrollArea)
        ]
        if not inside:
            return True
        here = self.focusWidget()
        place = inside.index(here) if here in inside else -1
        reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        inside[(place + (1 if is_next else -1)) % len(inside)].setFocus(reason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # the window was resized, or the content of the card grew
        if event.type() == (QEvent.Type.Resize if watched is self._window else QEvent.Type.LayoutRequest):
            self._settle()
        return False

    def _focus_first(self, widget: QWidget, buttons: tuple[QPushButton, ...]) -> None:
        wanted = [each for each in widget.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
        first = next(
            (each for each in (*wanted, *reversed(buttons)) if each.isVisibleTo(self) and each.isEnabled()), None
        )
        (first or self).setFocus(Qt.FocusReason.TabFocusReason if first in buttons else Qt.FocusReason.OtherFocusReason)

    def _settle(self) -> None:
        window = self._window
        self.setGeometry(window.rect())
        width = min(px(self._width), window.width() - 48)
        self._card.setFixedWidth(width)
        wished = self._card.sizeHint().height()
        if self._card.hasHeightForWidth():
            wished = self._card.heightForWidth(width)
        self._card.setFixedHeight(min(max(wished, self._card.minimumSizeHint().height()), window.height() - 48))
        self._card.move((window.width() - width) // 2, (window.height() - self._card.height()) // 2)


def confirm(
    window: QWidget,
    title: str,
    text: str,
    yes_label: str,
    on_yes: Callable[[], object],
    no_label: str = "",
    is_danger: bool = False,
) -> Modal:
    """Ask one question in the window; `on_yes` is called when the person agrees."""
    words = label(text, "sub", wrapped=True)
    no = button(no_label or tr("取消"))
    yes = button(yes_label, kind="danger" if is_danger else "primary")
    modal = Modal(window, title, words, (no, yes), width=440)
    no.clicked.connect(modal.close_modal)

    def agree() -> None:
        modal.finish()
        on_yes()

    yes.clicked.connect(agree)
    (no if is_danger else yes).setFocus(Qt.FocusReason.TabFocusReason)  # the ring says what Enter does
    return modal
