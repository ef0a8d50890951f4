"""The bridge before a peer that speaks fcitx' interface: composing, silence, coming and going."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.ui.input import fcitx
from desktop.ui.input.bridge import FcitxBridge
from desktop.ui.input.fcitx import FcitxLink
from desktop.ui.kit.texts import SecretField
from tests.input.peer import BACKSPACE, RETURN, Peer

KEYS = {" ": Qt.Key.Key_Space, chr(BACKSPACE): Qt.Key.Key_Backspace, chr(RETURN): Qt.Key.Key_Return}


class Page(QWidget):
    """A window with every kind of field."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.area, self.secret = QLineEdit(), QPlainTextEdit(), SecretField()
        self.table = QTableWidget(2, 1)
        layout = QVBoxLayout(self)
        for field in (self.line, self.area, self.secret, self.table):
            layout.addWidget(field)

    def type(self, text: str) -> None:
        """Send keys to the window as the system does."""
        for letter in text:
            key = KEYS.get(letter) or Qt.Key(ord(letter.upper()))
            said = letter if letter.isprintable() else ""
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, 0, ord(letter), 0, said)
                QCoreApplication.sendEvent(self.windowHandle(), event)


@pytest.fixture
def peer(bus: str) -> Iterator[Peer]:
    daemon = Peer(bus)
    yield daemon
    daemon.close()


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot) -> Page:
    window = Page()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.line.setFocus()
    return window


@pytest.fixture
def bridge(bus: str, peer: Peer, page: Page, qapp: QApplication) -> Iterator[FcitxBridge]:
    made = FcitxBridge(qapp, FcitxLink(bus, "test", ":9"))
    yield made
    made.close()
    made.deleteLater()


def test_letters_are_composed_in_lines_and_areas(bridge: FcitxBridge, page: Page, peer: Peer) -> None:
    page.type("nihao 1")
    page.area.setFocus()
    page.type("nihao ")
    assert (page.line.text(), page.area.toPlainText()) == ("你好1", "你好")
    assert peer.told("CreateInputContext") == [([("program", "test"), ("display", "x11::9")],)]


def test_keys_while_composing_stay_with_the_daemon(bridge: FcitxBridge, page: Page) -> None:
    entered: list[bool] = []
    page.line.returnPressed.connect(lambda: entered.append(True))
    page.type("nihaox" + chr(BACKSPACE) + " ")
    assert (page.line.text(), entered) == ("你好", [])
    page.type("ab" + chr(RETURN))
    assert (page.line.text(), entered) == ("你好ab", [])
    page.type(chr(RETURN))
    assert entered == [True]


def test_no_shortcut_fires_while_composing(bridge: FcitxBridge, page: Page) -> None:
    def is_kept() -> bool:
        asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier)
        asked.ignore()
        QCoreApplication.sendEvent(page.line, asked)
        return asked.isAccepted()

    page.type("ni")
    assert is_kept()
    page.type(" ")
    assert not is_kept()


def test_passwords_and_read_only_fields_are_none_of_the_daemons_business(
    bridge: FcitxBridge, page: Page, peer: Peer
) -> None:
    page.secret.setFocus()
    page.type("nihao ")
    page.secret._eye.toggle()  # shown, it is a password still
    page.type("nihao ")
    page.line.setReadOnly(True)
    page.line.setFocus()
    page.type("nihao ")
    assert (page.secret.text(), page.line.text()) == ("nihao nihao ", "")
    assert peer.told("ProcessKeyEvent") == []


def test_leaving_a_field_keeps_what_stood_there_and_the_next_field_clean(
    bridge: FcitxBridge, page: Page, peer: Peer
) -> None:
    page.type("ni")
    page.area.setFocus()
    page.type("nihao ")
    assert (page.line.text(), page.area.toPlainText()) == ("ni", "你好")


def test_click_elsewhere_keeps_what_stood_there(bridge: FcitxBridge, page: Page, peer: Peer) -> None:
    page.type("ni")
    QTest.mouseClick(page.windowHandle(), Qt.MouseButton.LeftButton, pos=page.line.geometry().center())
    page.type("nihao ")
    assert page.line.text() == "ni你好"


def test_first_letter_in_a_cell_opens_its_editor_and_is_not_lost(bridge: FcitxBridge, page: Page) -> None:
    page.table.setItem(0, 0, QTableWidgetItem())
    page.table.setFocus()
    page.table.setCurrentCell(0, 0)
    page.type("nihao ")
    page.table.setCurrentCell(1, 0)
    assert page.table.item(0, 0) is not None
    assert page.table.item(0, 0).text() == "你好"


def test_daemon_that_hangs_lets_keys_through_until_it_speaks_again(
    bridge: FcitxBridge, page: Page, peer: Peer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcitx, "PATIENCE", 0.3)
    page.type("ni")
    peer.is_awake.clear()
    page.type("abc")
    assert page.line.text() == "abc"
    asked = len(peer.told("ProcessKeyEvent"))
    peer.is_awake.set()
    qtbot.waitUntil(lambda: ("Reset", ()) in peer.calls and not bridge._link.is_deaf)
    assert len(peer.told("ProcessKeyEvent")) == asked + 1  # the key it kept waiting, none after it
    page.type("nihao ")
    assert page.line.text() == "abc你好"


def test_daemon_that_ends_takes_the_composition_with_it_and_its_successor_is_found(
    bridge: FcitxBridge, bus: str, page: Page, peer: Peer, qtbot: QtBot
) -> None:
    page.type("ni")
    peer.close()
    qtbot.waitUntil(lambda: not bridge._link.is_open)
    page.type("x")
    successor = Peer(bus)
    try:
        qtbot.waitUntil(lambda: bridge._link.is_open)
        page.type("nihao ")
    finally:
        successor.close()
    assert page.line.text() == "x你好"


def test_words_of_other_programs_are_not_taken(bridge: FcitxBridge, page: Page, peer: Peer, qtbot: QtBot) -> None:
    peer.say("CommitString", "s", "别人的", to=99)
    peer.say("CommitString", "s", "我的")
    qtbot.waitUntil(lambda: page.line.text() != "")
    assert page.line.text() == "我的"


@pytest.mark.parametrize(
    ("symbol", "state", "after"), [(BACKSPACE, 0, "a"), (ord("c"), 0, "abc"), (ord("a"), 4, "ab"), (0xFF50, 0, "ab")]
)
def test_keys_handed_back_are_done(
    bridge: FcitxBridge, page: Page, peer: Peer, qtbot: QtBot, symbol: int, state: int, after: str
) -> None:
    page.line.setText("ab")
    heard: list[int] = []
    keep = _Watch(heard.append)
    page.line.installEventFilter(keep)
    peer.say("ForwardKey", "uub", symbol, state, False)
    qtbot.waitUntil(lambda: bool(heard))
    assert page.line.text() == after
    assert page.line.hasSelectedText() is (state == 4)


def test_place_of_the_caret_is_told_where_the_candidates_are_to_stand(
    bridge: FcitxBridge, page: Page, peer: Peer, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(peer.told("SetCursorRect")))
    before = peer.told("SetCursorRect")[-1]
    page.line.setText("一二三四五六")
    qtbot.waitUntil(lambda: peer.told("SetCursorRect")[-1] != before)
    assert peer.told("SetCursorRect")[-1][0] > before[0]


def test_no_bus_no_link(bus: str) -> None:
    assert fcitx.reach({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}) is None
    link = fcitx.reach({"DBUS_SESSION_BUS_ADDRESS": bus})
    assert link is not None
    assert not link.is_open
    link.close()


class _Watch(QWidget):
    """Tells of key presses that reach a field."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        super().__init__()
        self._tell = tell

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            QTimer.singleShot(0, lambda: self._tell(1))  # the field does it after this filter
        return False


class _Opener(QWidget):
    """Opens a field inside the first event of a composition and hands it on, as a table does with its editor."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field.parentWidget())
        self._field = field
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._field.setFocus()
        QCoreApplication.sendEvent(self._field, event)


def test_field_opened_by_the_first_letter_goes_on_with_the_word(bridge: FcitxBridge, page: Page, peer: Peer) -> None:
    opener = _Opener(page.line)
    opener.show()
    opener.setFocus()
    page.type("nihao ")
    assert page.line.text() == "你好"
    assert peer.told("Reset") == []
