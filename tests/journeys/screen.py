"""What a window manager would do on the virtual screen: give a window the keyboard, and press its close button."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p

_CLIENT_MESSAGE, _VIEWABLE, _TO_PARENT, _NOW, _ANY_TYPE = 33, 2, 2, 0, 0


class _ClientMessage(ctypes.Structure):
    _fields_ = (
        ("type", c_int), ("serial", c_ulong), ("send_event", c_int), ("display", c_void_p), ("window", c_ulong),
        ("message_type", c_ulong), ("format", c_int), ("data", c_long * 5),
    )  # fmt: skip


class _Event(ctypes.Union):
    _fields_ = (("message", _ClientMessage), ("pad", c_long * 24))


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("x", c_int), ("y", c_int), ("width", c_int), ("height", c_int), ("border", c_int), ("depth", c_int),
        ("visual", c_void_p), ("root", c_ulong), ("class_", c_int), ("bit_gravity", c_int), ("win_gravity", c_int),
        ("backing_store", c_int), ("planes", c_ulong), ("pixel", c_ulong), ("save_under", c_int),
        ("colormap", c_ulong), ("is_installed", c_int), ("map_state", c_int), ("all_events", c_long),
        ("your_events", c_long), ("no_propagate", c_long), ("override_redirect", c_int), ("screen", c_void_p),
    )  # fmt: skip


class Screen:
    """A connection to the X server of its own."""

    def __init__(self):
        self._x = ctypes.CDLL("libX11.so.6")
        self._x.XOpenDisplay.restype = c_void_p
        self._x.XDefaultRootWindow.restype = self._x.XInternAtom.restype = c_ulong
        self._x.XDefaultRootWindow.argtypes = self._x.XFlush.argtypes = (c_void_p,)
        self._x.XInternAtom.argtypes = (c_void_p, c_char_p, c_int)
        self._x.XQueryTree.argtypes = (
            c_void_p, c_ulong, POINTER(c_ulong), POINTER(c_ulong), POINTER(POINTER(c_ulong)), POINTER(c_uint)
        )  # fmt: skip
        self._x.XGetWindowAttributes.argtypes = (c_void_p, c_ulong, POINTER(_Attributes))
        self._x.XGetWindowProperty.argtypes = (
            c_void_p, c_ulong, c_ulong, c_long, c_long, c_int, c_ulong, POINTER(c_ulong), POINTER(c_int),
            POINTER(c_ulong), POINTER(c_ulong), POINTER(c_void_p),
        )  # fmt: skip
        self._x.XSetInputFocus.argtypes = (c_void_p, c_ulong, c_int, c_ulong)
        self._x.XSendEvent.argtypes = (c_void_p, c_ulong, c_int, c_long, POINTER(_Event))
        self._x.XFree.argtypes = (c_void_p,)
        self._display = self._x.XOpenDisplay(None)
        if not self._display:
            raise SystemExit("no X display")

    def activate(self, pid):
        """Give the keyboard to the topmost window of a program; say whether it has one."""
        for window in self._windows(pid)[-1:]:
            self._x.XSetInputFocus(self._display, window, _TO_PARENT, _NOW)
            self._x.XFlush(self._display)
            return True
        return False

    def close(self, pid):
        """Press the close button of the topmost window of a program; say whether it has one."""
        for window in self._windows(pid)[-1:]:
            event = _Event()
            event.message.type, event.message.window, event.message.format = _CLIENT_MESSAGE, window, 32
            event.message.message_type = self._atom("WM_PROTOCOLS")
            event.message.data[0] = self._atom("WM_DELETE_WINDOW")
            self._x.XSendEvent(self._display, window, 0, 0, byref(event))
            self._x.XFlush(self._display)
            return True
        return False

    def _atom(self, name):
        return self._x.XInternAtom(self._display, name.encode(), 0)

    def _windows(self, pid):
        """Return the windows of a program that show, the topmost last."""
        root, parent, children, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
        top = self._x.XDefaultRootWindow(self._display)
        self._x.XQueryTree(self._display, top, byref(root), byref(parent), byref(children), byref(count))
        found = [children[place] for place in range(count.value)]
        if children:
            self._x.XFree(children)
        return [window for window in found if self._is_viewable(window) and self._pid(window) == pid]

    def _is_viewable(self, window):
        facts = _Attributes()
        asked = self._x.XGetWindowAttributes(self._display, window, byref(facts))
        return bool(asked) and facts.map_state == _VIEWABLE and not facts.override_redirect

    def _pid(self, window):
        kind, width, count, rest, data = c_ulong(), c_int(), c_ulong(), c_ulong(), c_void_p()
        self._x.XGetWindowProperty(
            self._display, window, self._atom("_NET_WM_PID"), 0, 1, 0, _ANY_TYPE, byref(kind), byref(width),
            byref(count), byref(rest), byref(data),
        )  # fmt: skip
        if not count.value:
            return 0
        pid = ctypes.cast(data, POINTER(c_ulong))[0]
        self._x.XFree(data)
        return pid
