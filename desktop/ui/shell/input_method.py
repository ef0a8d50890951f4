"""Chinese input on Linux: what must stand in the environment before the application exists.

Qt's own ibus plug-in in portal mode serves ibus and fcitx5 alike; without it Chinese silently arrives as Latin letters.
"""

from __future__ import annotations

from collections.abc import MutableMapping

from desktop.i18n import tr

_NAMES = ("org.freedesktop.portal.IBus", "org.freedesktop.IBus", "org.fcitx.Fcitx5")


def prepare(environment: MutableMapping[str, str], platform: str) -> None:
    """Set what Qt reads when it starts. KANGYI_INPUT_METHOD=desktop leaves everything to the desktop."""
    if not platform.startswith("linux") or environment.get("KANGYI_INPUT_METHOD") == "desktop":
        return
    # MODULES wins over MODULE, and a desktop often sets it to fcitx, which the wheel does not have
    environment["QT_IM_MODULES"] = "ibus;compose"
    environment["QT_IM_MODULE"] = "ibus"
    # else the plug-in asks for a program called ibus-daemon, which a desktop with fcitx5 alone does not have
    environment["IBUS_USE_PORTAL"] = "1"
    if "DISPLAY" in environment:
        # under Wayland these settings would switch its own text input off; through XWayland they hold
        environment.setdefault("QT_QPA_PLATFORM", "xcb")


def advice() -> str:
    """Return what to tell a person where no input method runs, or empty text; asks the session bus."""
    from PySide6.QtDBus import QDBusConnection

    bus = QDBusConnection.sessionBus()
    interface = bus.interface()
    if bus.isConnected() and any(bool(interface.isServiceRegistered(name).value()) for name in _NAMES):
        return ""
    return tr(
        "没有检测到正在运行的输入法（已查找 ibus 和 fcitx5）。请先启动系统输入法，再重新打开本程序。"
        "可以照常输入英文，也可以粘贴中文。"
    )
