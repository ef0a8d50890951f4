"""The login window: pick the name, type the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QLayout,
    QMainWindow,
    QProgressBar,
    QSizePolicy,
    QWidget,
)

from desktop import __version__
from desktop.i18n import tr
from desktop.ui.kit.basics import IconLabel, button, label
from desktop.ui.kit.labelled import Field
from desktop.ui.kit.layouts import column, frame, row, separator
from desktop.ui.kit.messages import Banner, failure_text
from desktop.ui.kit.painting import CENTER, avatar_index, draw_avatar, draw_box, draw_text, saved
from desktop.ui.kit.texts import SecretField
from desktop.ui.kit.theme import color, pixmap, px
from desktop.ui.shell.hills import Hills
from desktop.ui.shell.login_model import LoginModel
from desktop.ui.shell.words import day_words, greeting, role_words

if TYPE_CHECKING:
    from datetime import date

    from desktop.errors import KangyiError
    from desktop.services.accounts import AccountName
    from desktop.ui.kit.fields import ChoiceField

_IN_A_ROW = 4
_MOST_CARDS = 8
_WIDEST = 680
_GHOST = 12  # the words of a button without a frame stand on the edge of the column, not the frame


class NameCard(QAbstractButton):
    """One account: avatar, name, role; the chosen one has a frame and a tick."""

    def __init__(self, account: AccountName) -> None:
        super().__init__()
        self.account = account
        self._role = role_words(account.role)
        self.setCheckable(True)
        self.setAccessibleName(f"{account.name}，{self._role}")
        self.setFixedHeight(px(104))
        self.setMinimumWidth(px(96))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        with saved(painter):
            self._draw(painter)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        on, rect = self.isChecked(), QRectF(self.rect())
        is_framed = on or self.hasFocus()
        ground = "sel" if on else "hover" if self.underMouse() else "surface"
        draw_box(painter, rect, ground, "primary" if is_framed else "border", 12, 2 if is_framed else 1)
        disc = QRectF(rect.center().x() - px(21), px(12), px(42), px(42))
        draw_avatar(painter, disc, self.account.name, 17, avatar_index(self.account.name))
        name = QRectF(px(6), px(57), rect.width() - px(12), px(22))
        draw_text(painter, name, self.account.name, 14, 700 if on else 500, "text", CENTER)
        draw_text(painter, QRectF(0, px(77), rect.width(), px(18)), self._role, 12, 400, "text3", CENTER)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("primary"))
            painter.drawEllipse(QPointF(rect.right() - px(16), px(16)), px(9), px(9))
            painter.drawPixmap(QPointF(rect.right() - px(22), px(10)), pixmap("check", "onprimary", 12, 3))


class PasswordField(SecretField):
    """A password that notices the caps lock. Signal `caps_changed(bool)`."""

    caps_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._caps: bool | None = None
        self.setProperty("big", "1")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        text = event.text()
        if event.key() == Qt.Key.Key_CapsLock and self._caps is not None:
            self._say(not self._caps)
        elif len(text) == 1 and text.isascii() and text.isalpha():
            # Qt does not tell the lock itself: a capital without Shift, or a small letter with it, does
            self._say(text.isupper() != bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._caps = None

    def _say(self, caps: bool) -> None:
        self._caps = caps
        self.caps_changed.emit(caps)


class LoginWindow(QMainWindow):
    """Greets, shows the names, takes the password. Signals `letters_wanted` and `recovery_wanted(login)`."""

    letters_wanted = Signal()
    recovery_wanted = Signal(str)
    closed = Signal()

    def __init__(self, model: LoginModel, today: date, hour: int) -> None:
        super().__init__()
        self.model = model
        self._seconds = 0
        self._is_busy = False
        self._chosen = ""
        self._cards = QButtonGroup(self)
        self.setWindowTitle(tr("康驿"))
        self._build(today, hour)
        self._connect()
        self._settle()

    def _build(self, today: date, hour: int) -> None:
        self.banner = Banner()
        self.names: ChoiceField | None = None  # only for many accounts: the first combo box costs 30 ms
        self._grid = QGridLayout()
        self._grid.setSpacing(px(10))
        self._grid.setContentsMargins(0, 0, 0, 0)
        names = QWidget()
        names.setMinimumHeight(px(104))
        names.setLayout(self._grid)
        self.password = PasswordField()
        self.field = Field(tr("密码"), self.password)
        self.caps = frame(
            row(
                IconLabel("circle-alert", "warn", 15),
                label(tr("大写锁定开着（键盘上的 Caps Lock 灯亮）"), tone="warn"),
                None,
                spacing=6,
            )
        )
        self.caps.hide()
        self.enter = button(tr("进入"), kind="primary", big=True)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(tr("正在打开"))
        self.recover = button(tr("忘了密码，用恢复码"), "key-round", "ghost", small=True)
        self.letters = button(tr("大字"), "type", "ghost", small=True, name=tr("换字号"))
        form = column(
            None,
            label(greeting(hour), "h1"),
            label(day_words(today), "sub"),
            6,
            self.banner,
            4,
            names,
            8,
            self.field,
            self.caps,
            4,
            self.enter,
            self.busy,
            row(self.recover, None, label(tr("Enter 进入"), "note"), margins=(-_GHOST, 0, 0, 0)),
            None,
            separator(),
            self._foot(),
            spacing=6,
            margins=(40, 24, 40, 12),
        )
        middle = frame(form)
        middle.setMaximumWidth(px(_WIDEST))
        self.setCentralWidget(frame(row(Hills(), (frame(row((middle, 1), spacing=0), "white"), 1), spacing=0), "page"))

    def _foot(self) -> QLayout:
        return row(
            label(tr("第 {version} 版", version=__version__), "note"),
            None,
            self.letters,
            spacing=6,
            margins=(0, 0, -_GHOST, 0),
        )

    def _connect(self) -> None:
        model = self.model
        model.names_known.connect(self._show_names)
        model.refused.connect(self._refuse)
        model.failed.connect(self._fail)
        model.waiting.connect(self._wait)
        model.busy_changed.connect(self._set_busy)
        self.enter.clicked.connect(self.submit)
        self.password.returnPressed.connect(self.submit)
        self.password.textChanged.connect(lambda _: self._settle())
        self.password.caps_changed.connect(self.caps.setVisible)
        self._cards.buttonToggled.connect(lambda _, on: self._choose() if on else None)
        self.letters.clicked.connect(self.letters_wanted)
        self.recover.clicked.connect(lambda: self.recovery_wanted.emit(self.login()))

    def login(self) -> str:
        """Return the account chosen, or empty text."""
        card = self._cards.checkedButton()
        if isinstance(card, NameCard):
            return card.account.login
        return self.names.value() if self.names else ""

    def choose(self, login: str) -> None:
        """Choose an account, as after locking."""
        for card in self._cards.buttons():
            if isinstance(card, NameCard) and card.account.login == login:
                card.setChecked(True)
        if self.names:
            self.names.set_value(login)

    def submit(self) -> None:
        """Try the password."""
        if not self.enter.isEnabled():
            return
        self.field.clear()
        self.banner.say("info", "")
        self.model.unlock(self.login(), self.password.value())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_busy:
            event.ignore()  # the station is just being opened
            return
        event.accept()
        self.closed.emit()

    def _show_names(self, accounts: tuple[AccountName, ...]) -> None:
        if len(accounts) > _MOST_CARDS:
            from desktop.ui.kit.fields import ChoiceField

            self.names = ChoiceField(
                [(each.login, f"{each.name}（{role_words(each.role)}）") for each in accounts], tr("请选择")
            )
            self.names.setAccessibleName(tr("姓名"))
            self.names.edited.connect(self._choose)
            self._grid.addWidget(self.names, 0, 0)
            self.names.setFocus()
        else:
            for place, each in enumerate(accounts):
                card = NameCard(each)
                self._cards.addButton(card)
                self._grid.addWidget(card, place // _IN_A_ROW, place % _IN_A_ROW)
            if len(accounts) == 1:
                self._cards.buttons()[0].setChecked(True)
            elif accounts:
                self._cards.buttons()[0].setFocus()
        self._settle()

    def _choose(self) -> None:
        self.field.clear()
        if self._chosen and self._chosen != self.login():
            self.password.clear()  # not at the first choice: quick fingers type before the names are there
        self._chosen = self.login()
        self.model.choose(self._chosen)
        self._settle()
        self.password.setFocus()

    def _refuse(self, trouble: KangyiError) -> None:
        self.password.selectAll()
        self.password.setFocus()
        self.field.set_fault(failure_text(trouble).sentence)

    def _fail(self, trouble: KangyiError) -> None:
        self.banner.say_failure(trouble)

    def _wait(self, seconds: int) -> None:
        self._seconds = seconds
        self._settle()

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self.password.setReadOnly(is_busy)
        self._settle()

    def _settle(self) -> None:
        self.busy.setVisible(self._is_busy)
        words = tr("进入")
        if self._is_busy:
            words = tr("正在打开…")
        elif self._seconds:
            words = tr("密码错了几次，请等 {n} 秒", n=self._seconds)
        self.enter.setText(words)
        self.enter.setAccessibleName(words)
        is_ready = bool(self.login() and self.password.text())
        self.enter.setEnabled(is_ready and not self._is_busy and not self._seconds)
        self.recover.setEnabled(not self._is_busy)
