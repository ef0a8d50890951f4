"""Who serves input methods on the session bus: asked in one breath before the application exists.

By hand and not by jeepney, whose import alone would cost the start 20 ms: one message out, plain numbers back.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator, Mapping

from desktop.ui.input.names import NAMES

PATIENCE = 0.1  # seconds in all; a bus that lives answers within 2 ms

_BUS = "org.freedesktop.DBus"
_CALL, _RETURN, _ERROR = 1, 2, 3
_FIXED = 16  # bytes of a header before its fields


class NoBus(OSError):
    """There is no session bus, or it does not answer."""


def address(environment: Mapping[str, str]) -> str:
    """Return the address of the session bus; raise NoBus when there is none on a socket."""
    usual = f"{environment.get('XDG_RUNTIME_DIR', '')}/bus"
    given = environment.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={usual}" if os.path.exists(usual) else "")  # noqa: PTH110 - pathlib is not loaded yet
    found = next((each for each in given.split(";") if each.startswith(("unix:path=", "unix:abstract="))), None)
    if found is None:
        raise NoBus("session bus")
    return found


def owners(environment: Mapping[str, str], patience: float = PATIENCE) -> dict[str, int]:
    """Return the process id behind each of NAMES that is owned; nothing is started by asking. Raises NoBus."""
    with socket.socket(socket.AF_UNIX) as bus:
        replies = _replies(bus, _path(address(environment)), time.monotonic() + patience)
        try:
            next(replies)  # the answer to Hello
            answers = {name: next(replies) for name in NAMES}
        except (OSError, struct.error, StopIteration):
            raise NoBus("session bus") from None
    return {name: process for name, process in answers.items() if process}


def _path(found: str) -> bytes:
    """Return the name of the socket; one outside the file system begins with a zero byte."""
    key, _, value = found.removeprefix("unix:").split(",")[0].partition("=")
    return (b"\0" if key == "abstract" else b"") + _unescaped(value)


def _unescaped(text: str) -> bytes:
    first, *rest = text.encode().split(b"%")
    return first + b"".join(bytes.fromhex(part[:2].decode()) + part[2:] for part in rest)


def _replies(bus: socket.socket, path: bytes, deadline: float) -> Iterator[int]:
    """Send everything at once; yield of each answer the number it begins with, 0 for a refusal."""
    bus.settimeout(_left(deadline))
    bus.connect(path)
    calls = [_call(1, "Hello"), *(_call(at, "GetConnectionUnixProcessID", name) for at, name in enumerate(NAMES, 2))]
    who = str(os.getuid()).encode().hex()
    bus.sendall(f"\0AUTH EXTERNAL {who}\r\nBEGIN\r\n".encode() + b"".join(calls))
    data = b""
    while b"\r\n" not in data:
        data += _more(bus, deadline)
    said, _, data = data.partition(b"\r\n")
    if not said.startswith(b"OK "):
        raise NoBus("refused")
    while True:
        while len(data) < _FIXED or len(data) < _size(data):
            data += _more(bus, deadline)
        message, data = data[: _size(data)], data[_size(data) :]
        if message[1] in (_RETURN, _ERROR):
            yield _number(message)


def _more(bus: socket.socket, deadline: float) -> bytes:
    bus.settimeout(_left(deadline))
    data = bus.recv(4096)
    if not data:
        raise NoBus("closed")
    return data


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _size(message: bytes) -> int:
    """Return the length of the message that begins here: fixed part, fields, gap, body."""
    body, _serial, fields = struct.unpack_from("<III", message, 4)
    return _FIXED + _up(fields, 8) + int(body)


def _number(message: bytes) -> int:
    """Return the number at the beginning of the body (Hello's text begins with its length, which nobody reads)."""
    fields = struct.unpack_from("<I", message, 12)[0]
    return int(struct.unpack_from("<I", message, _FIXED + _up(fields, 8))[0]) if message[1] == _RETURN else 0


def _call(serial: int, member: str, name: str = "") -> bytes:
    """Return a call of the bus itself, with one text or none."""
    body = _text(name) if name else b""
    fields = [
        (1, b"o", _text("/org/freedesktop/DBus")),
        (2, b"s", _text(_BUS)),
        (3, b"s", _text(member)),
        (6, b"s", _text(_BUS)),
    ]
    if name:
        fields.append((8, b"g", b"\1s\0"))
    packed = b""
    for code, kind, value in fields:
        packed = packed.ljust(_up(len(packed), 8), b"\0") + bytes((code, 1)) + kind + b"\0" + value
    head = struct.pack("<cBBBIII", b"l", _CALL, 0, 1, len(body), serial, len(packed)) + packed
    return head.ljust(_up(len(head), 8), b"\0") + body


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<I", len(data)) + data + b"\0"


def _up(length: int, step: int) -> int:
    return -(-length // step) * step
