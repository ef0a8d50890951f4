"""The wire to fcitx: one input context over the session bus; fcitx4 (from 4.2.9.5) and fcitx5 serve the same interface.

Knows nothing of Qt, so that a background thread can open it. jeepney, because PySide6's own D-Bus cannot say "u".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from jeepney import DBusAddress, MatchRule, Message, MessageFlag, MessageType, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from desktop.ui.input.names import FCITX
from desktop.ui.input.owners import address

_ROOT = "/org/freedesktop/portal/inputmethod"
_METHOD, _CONTEXT = "org.fcitx.Fcitx.InputMethod1", "org.fcitx.Fcitx.InputContext1"
_PATH, _MEMBER = 1, 3  # fields of a message's header
_PREEDIT, _FORMATTED, _COMMIT_WHEN_LEFT = 1 << 1, 1 << 4, 1 << 5  # what we can do

# A key waits at most this long. The first letter takes fcitx5 0.2-0.6 s, for it loads its dictionary; half a second
# was too short on a busy machine.
PATIENCE = 2.0

Said = tuple[str, tuple[Any, ...]]


class FcitxLink:
    """An input context of the daemon, or waiting for one; after a silence keys pass it by (`is_deaf`)."""

    def __init__(self, address: str, program: str, display: str) -> None:
        self._about = [("program", program), ("display", f"x11:{display}")]
        self._bus = open_dbus_connection(address)
        self._heard: deque[Message] = deque()
        self._context = ""
        self.is_deaf = self.is_wanted = False
        comes_and_goes = MatchRule(type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged")
        comes_and_goes.add_arg_condition(0, FCITX)
        for rule in (MatchRule(type="signal", sender=FCITX, interface=_CONTEXT), comes_and_goes):
            self._bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=PATIENCE)
        self._bus.filter(MatchRule(type="signal"), queue=self._heard)
        self.attach()

    @property
    def is_open(self) -> bool:
        """Whether the daemon gave us a context."""
        return bool(self._context)

    def number(self) -> int:
        """Return the file number of the socket, for who watches it."""
        return int(self._bus.sock.fileno())

    def close(self) -> None:
        """Leave the bus; the daemon forgets the context."""
        self._bus.close()

    def attach(self) -> None:
        """Get a context; without a daemon the bus says at once that there is none."""
        self.is_wanted = False
        made = self._ask(_ROOT, _METHOD, "CreateInputContext", "a(ss)", self._about)
        if made:
            self._context, self.is_deaf = made[0], False
            self.tell("SetCapability", "t", _PREEDIT | _FORMATTED | _COMMIT_WHEN_LEFT)

    def takes_key(self, symbol: int, code: int, state: int, is_release: bool, at: int) -> bool:
        """Offer a key; say whether the daemon took it. Waits, at most PATIENCE."""
        if not self._context or self.is_deaf:
            return False
        answer = self._ask(self._context, _CONTEXT, "ProcessKeyEvent", "uuubu", symbol, code, state, is_release, at)
        return bool(answer and answer[0])

    def tell(self, member: str, signature: str | None = None, *values: Any) -> None:
        """Say something to the daemon without waiting."""
        if self._context:
            try:
                self._bus.send(self._call(self._context, _CONTEXT, member, signature, values))
            except OSError:
                self._context = ""

    def listen(self) -> bool:
        """Take in what has come; False when the bus has gone for good."""
        try:
            while True:
                self._bus.recv_messages(timeout=0)
                self.is_deaf = False  # it speaks again
        except TimeoutError:
            return True
        except OSError:
            self._context = ""
            return False

    def said(self) -> list[Said]:
        """Return what the daemon said to our context since the last time; ("Gone", ()) when it ended."""
        heard = [self._heard.popleft() for _ in range(len(self._heard))]
        return [said for message in heard if (said := self._meant(message))]

    def _meant(self, message: Message) -> Said | None:
        fields: dict[int, Any] = message.header.fields
        if fields.get(_MEMBER) == "NameOwnerChanged":
            self._context, self.is_wanted = "", bool(message.body[2])
            return "Gone", ()
        # fcitx4 says it to everybody on the bus: other programs' words are none of ours
        return (fields[_MEMBER], message.body) if fields.get(_PATH) == self._context else None

    def _ask(self, path: str, interface: str, member: str, signature: str, *values: Any) -> tuple[Any, ...] | None:
        try:
            reply = self._bus.send_and_get_reply(
                self._call(path, interface, member, signature, values), timeout=PATIENCE
            )
        except TimeoutError:
            self.is_deaf = True
            self.tell("Reset")  # what it makes of this key when it wakes up must not be shown
            return None
        except OSError:
            self._context = ""
            return None
        self._take_in_the_rest()
        is_answer = reply.header.message_type is MessageType.method_return
        return tuple(reply.body) if is_answer else None

    def _take_in_the_rest(self) -> None:
        """Read on: what came together with an answer lies in a buffer, and the socket will not announce it again."""
        self.listen()

    @staticmethod
    def _call(path: str, interface: str, member: str, signature: str | None, values: tuple[Any, ...]) -> Message:
        call = new_method_call(DBusAddress(path, FCITX, interface), member, signature, values)
        call.header.flags |= MessageFlag.no_auto_start  # whoever set up this PC decides which daemon runs
        return call


def reach(environment: Mapping[str, str]) -> FcitxLink | None:
    """Return the wire to fcitx, open or waiting for one that comes later; None where there is no session bus."""
    try:
        return FcitxLink(address(environment), "kangyi", environment.get("DISPLAY", ""))
    except OSError:
        return None
