"""What a person is told about Chinese input: one sentence where nothing runs, and the facts for whoever helps."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from desktop.i18n import tr
from desktop.ui.input.choosing import BRIDGE, DESKTOP, DIRECT, PORTAL, VARIABLES, chosen
from desktop.ui.input.names import FCITX, IBUS, NAMES, OLD_IBUS
from desktop.ui.input.owners import NoBus, owners


def advice(environment: Mapping[str, str]) -> str:
    """Return what to tell a person where no input method runs, or empty text."""
    if any(name in _owners(environment) for name in (IBUS, OLD_IBUS, FCITX)):
        return ""
    return tr(
        "没有检测到正在运行的输入法（已查找 fcitx4、fcitx5、ibus）。请先启动系统输入法，再重新打开本程序。"
        "可以照常输入英文，也可以粘贴中文。"
    )


def facts(environment: Mapping[str, str], platform: str) -> tuple[tuple[str, str], ...]:
    """Return what decides over Chinese input, as lines of a name and a value."""
    ways = {
        PORTAL: tr("Qt 自带的 ibus 接口（ibus、fcitx5）"),
        DIRECT: tr("Qt 自带的 ibus 接口，直接连接（旧版 ibus）"),
        BRIDGE: tr("本程序自带的 fcitx 接口（fcitx4、fcitx5）"),
        DESKTOP: tr("由桌面决定"),
    }
    now = _owners(environment)
    names = [(name, _owner(chosen.found.get(name), now.get(name))) for name in NAMES]
    variables = [(name, environment.get(name, tr("未设置"))) for name in VARIABLES]
    is_there = tr("有") if shutil.which("ibus-daemon") else tr("没有")
    return (
        (tr("输入法接口"), ways[chosen.way]),
        *names,
        *variables,
        (tr("窗口平台"), platform),
        (tr("ibus-daemon 程序"), is_there),
    )


def _owner(at_start: int | None, now: int | None) -> str:
    """Return who owns a name, and when it came or went since the start, that too."""
    words = tr("进程 {number}", number=now) if now else tr("没有运行")
    if at_start == now:
        return words
    then = tr("进程 {number}", number=at_start) if at_start else tr("没有运行")
    return tr("{now}（本程序启动时：{then}）", now=words, then=then)


def _owners(environment: Mapping[str, str]) -> dict[str, int]:
    try:
        return owners(environment, patience=1.0)
    except NoBus:
        return {}
