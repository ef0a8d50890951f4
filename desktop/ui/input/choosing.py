"""Which way Chinese gets in on Linux, settled before the application exists: Qt reads these variables only then.

Left alone it fails without a word: a desktop with fcitx asks for a plug-in that the wheel of Qt does not have.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from desktop.ui.input.names import FCITX, FCITX5, IBUS, OLD_IBUS

PORTAL, DIRECT, BRIDGE, DESKTOP = "ibus", "ibus-direct", "fcitx", "desktop"
"""The ways: Qt's ibus plug-in by the portal or by ibus' own socket, our bridge to fcitx, or what the desktop says."""

VARIABLES = ("QT_IM_MODULES", "QT_IM_MODULE", "IBUS_USE_PORTAL", "IBUS_ENABLE_SYNC_MODE", "QT_QPA_PLATFORM")
_WISHES = ("XMODIFIERS", "QT_IM_MODULE", "GTK_IM_MODULE")


@dataclass
class Chosen:
    """What was settled at the start, for whoever shows or repairs it."""

    way: str = DESKTOP
    found: dict[str, int] = field(default_factory=dict)


chosen = Chosen()
"""The choice of this process."""


def prepare(environment: MutableMapping[str, str], wanted: str, platform: str = sys.platform) -> None:
    """Choose, by what a person wants or by who is there, and set what Qt reads when it starts. Linux only."""
    if not platform.startswith("linux") or wanted == DESKTOP or not _is_for_x11(environment):
        return
    from desktop.ui.input.owners import NoBus, owners

    try:
        chosen.found = owners(environment)
    except NoBus:
        chosen.found = {}
    chosen.way = wanted if wanted in (PORTAL, BRIDGE) else way(chosen.found, _wish(environment))
    put(environment, chosen.way, is_fcitx5(chosen.found))


def way(found: Mapping[str, int], wish: str) -> str:
    """Return the way for the owners found and the daemon that the desktop's own variables speak of."""
    if IBUS in found:
        wants_other = "fcitx" in wish and FCITX in found and not is_fcitx5(found)
        return BRIDGE if wants_other else PORTAL
    if FCITX in found:
        return BRIDGE
    if OLD_IBUS in found:
        return DIRECT
    # nobody answered: the bridge takes whatever fcitx comes later, the plug-in of ibus would be dropped for good
    return PORTAL if "ibus" in wish else BRIDGE


def put(environment: MutableMapping[str, str], way: str, is_fcitx5: bool) -> None:
    """Write the variables of a way over whatever the desktop left there."""
    for name in ("QT_IM_MODULES", "IBUS_USE_PORTAL", "IBUS_ENABLE_SYNC_MODE"):
        environment.pop(name, None)
    if way == BRIDGE:
        environment["QT_IM_MODULE"] = "compose"  # dead keys stay with Qt
    else:
        # MODULES wins over MODULE, and a desktop often sets it
        environment["QT_IM_MODULES"], environment["QT_IM_MODULE"] = "ibus;compose", "ibus"
    if way == PORTAL:
        environment["IBUS_USE_PORTAL"] = "1"  # else Qt demands a program called ibus-daemon, which fcitx5 is not
    if way != BRIDGE and not is_fcitx5:
        # else fast keys overtake each other; with fcitx5 they do not, and one that hangs would freeze the window
        environment["IBUS_ENABLE_SYNC_MODE"] = "1"
    # under Wayland these settings would switch its own text input off; through XWayland they hold
    environment["QT_QPA_PLATFORM"] = "xcb"


def is_fcitx5(found: Mapping[str, int]) -> bool:
    """Say whether it is fcitx5 that serves ibus' own interface."""
    return IBUS in found and found[IBUS] == found.get(FCITX5)


def _is_for_x11(environment: Mapping[str, str]) -> bool:
    """Say whether an X server (XWayland is one) is to show the window."""
    asked = environment.get("QT_QPA_PLATFORM", "")
    return bool(environment.get("DISPLAY")) and (not asked or "xcb" in asked or asked.startswith("wayland"))


def _wish(environment: Mapping[str, str]) -> str:
    return " ".join(environment.get(name, "") for name in _WISHES).lower()
