"""Keys from the keyboard, a real input method, the real program: Chinese stands in its fields, but in no password."""

from __future__ import annotations

import pytest

from desktop.ui.input import report
from tests.input.conftest import Desktop, Program

NI_HAO = "你好"
WAYS = {"fcitx5": "ibus", "ibus": "ibus", "fcitx4": "fcitx"}


@pytest.mark.parametrize("kind", list(WAYS))
def test_chinese_is_typed_into_name_note_and_search_but_not_into_the_password(desk: Desktop, kind: str) -> None:
    desk.start(kind)
    # what a desktop for fcitx leaves behind, and what would keep every way shut
    program = desk.program(QT_IM_MODULE="fcitx", QT_IM_MODULES="wayland;fcitx", QT_QPA_PLATFORM="wayland;xcb")
    assert program.shows(window="LoginWindow")["way"] == WAYS[kind]
    program.shows(focus="密码")
    program.ask("show_password")
    program.unlock()
    program.ask("go", route="people")
    compose(desk, program, "搜索服务对象")
    program.ask("go", route="person_form")
    compose(desk, program, "姓名")
    desk.type("hao")
    desk.key("Return")  # ends what is being composed, not the step of the form
    program.shows(focus="姓名", text=f"{NI_HAO}hao")
    program.ask("step", number=1)
    compose(desk, program, "上门前要知道的事")


def compose(desk: Desktop, program: Program, name: str) -> None:
    """Type into a field and wait for Chinese."""
    program.into(name)
    desk.type("nihao")
    desk.key("space")
    program.shows(focus=name, text=NI_HAO)


def test_without_an_input_method_one_sentence_is_said_and_one_that_comes_later_is_used(desk: Desktop) -> None:
    program = desk.program()
    said = program.shows(window="LoginWindow", way="fcitx", advice=report.advice({}))
    assert "fcitx" in said["advice"]
    desk.start("fcitx4")
    program.unlock()
    program.ask("go", route="people")
    compose(desk, program, "搜索服务对象")


def test_desktop_for_fcitx_gets_fcitx_though_ibus_runs_too(desk: Desktop) -> None:
    desk.start("ibus")
    desk.start("fcitx4")
    program = desk.program(XMODIFIERS="@im=fcitx")
    program.shows(window="LoginWindow", way="fcitx", advice="")
    program.unlock()
    program.ask("go", route="people")
    compose(desk, program, "搜索服务对象")
