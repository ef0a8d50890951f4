"""Speaks fcitx' interface on a real bus: composes letters, commits at a blank; can be frozen as a daemon that hangs."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from desktop.ui.input.names import FCITX

CONTEXT = "org.fcitx.Fcitx.InputContext1"
WORDS = {"nihao": "你好"}
BACKSPACE, RETURN = 0xFF08, 0xFF0D


class Peer:
    """A daemon with one engine; `calls` keeps what it was told."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.calls: deque[tuple[str, tuple[Any, ...]]] = deque()
        self.is_awake = threading.Event()
        self.is_awake.set()
        self._is_over = False
        self._typed, self._number = "", 0
        self._bus: DBusConnection = open_dbus_connection(address)
        self._bus.send_and_get_reply(message_bus.RequestName(FCITX), timeout=5)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """End as a daemon ends: its name goes, too."""
        self._is_over = True
        self.is_awake.set()
        self._thread.join()
        self._bus.close()

    def told(self, member: str) -> list[tuple[Any, ...]]:
        """Return with which values something was called."""
        return [values for name, values in list(self.calls) if name == member]

    def say(self, member: str, signature: str, *values: Any, to: int | None = None) -> None:
        """Say something to all who listen, from the context last made or another one."""
        where = DBusAddress(f"/context/{self._number if to is None else to}", interface=CONTEXT)
        self._bus.send(new_signal(where, member, signature, values))

    def _serve(self) -> None:
        while not self._is_over:
            try:
                message = self._bus.receive(timeout=0.02)
            except TimeoutError:
                continue
            self.is_awake.wait()
            if message.header.message_type is MessageType.method_call:
                self._answer(message)

    def _answer(self, call: Message) -> None:
        member = call.header.fields[HeaderFields.member]
        self.calls.append((member, tuple(call.body)))
        signature, values = None, ()
        if member == "CreateInputContext":
            self._number += 1
            signature, values = "oay", (f"/context/{self._number}", b"")
        elif member == "ProcessKeyEvent":
            signature, values = "b", (self._takes(*call.body),)
        elif member == "Reset":
            self._typed = ""
        self._bus.send(new_method_return(call, signature, values))

    def _takes(self, symbol: int, _code: int, state: int, is_release: bool, _time: int) -> bool:
        letter = chr(symbol)
        if is_release or state or not (self._typed or letter.isalpha()):
            return False
        if symbol == RETURN or letter == " ":
            text, self._typed = self._typed, ""
            self._preedit()
            self.say("CommitString", "s", text if symbol == RETURN else WORDS.get(text, text))
        elif symbol == BACKSPACE:
            self._typed = self._typed[:-1]
            self._preedit()
        elif letter.isalpha():
            self._typed += letter
            self._preedit()
        return True

    def _preedit(self) -> None:
        self.say("UpdateFormattedPreedit", "a(si)i", [(self._typed, 0)], len(self._typed))
