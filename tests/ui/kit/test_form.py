"""A form gives and takes a draft, and scolds nobody for a field not yet left."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.faults import Fault
from desktop.ui.kit.form import Field, FormBinding, Tick, choice_field, text_field
from desktop.ui.kit.layouts import column


@dataclass(frozen=True)
class Guardian:
    name: str = ""
    relation: str = ""


@dataclass(frozen=True)
class Draft:
    name: str = ""
    village: str = "东街"
    is_poor: bool = False
    guardian: Guardian = field(default_factory=Guardian)


@pytest.fixture
def window(styled: QApplication, qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def form(window: QWidget) -> FormBinding:
    binding = FormBinding(window)
    fields = {
        "name": Field("姓名", text_field(), required=True),
        "guardian.name": Field("监护人姓名", text_field(), hint="和身份证一致"),
        "guardian.relation": Field("关系", choice_field([("father", "父亲"), ("mother", "母亲")], "请选择")),
    }
    for name, each in fields.items():
        binding.add(name, each)
    tick = Tick("低保")
    binding.add("is_poor", tick)
    window.setLayout(column(*fields.values(), tick))
    window.show()
    window.activateWindow()
    return binding


def the_field(form: FormBinding, name: str) -> Field:
    found = form.control(name).parentWidget()
    assert isinstance(found, Field)
    return found


def test_draft_goes_in_and_comes_out_nested(form: FormBinding) -> None:
    form.fill_from(Draft("张晓东", guardian=Guardian("刘桂兰", "mother"), is_poor=True))
    assert form.values() == {
        "name": "张晓东", "guardian.name": "刘桂兰", "guardian.relation": "mother", "is_poor": True,
    }  # fmt: skip
    form.control("guardian.name").set_value("刘贵兰")
    changed = form.into(Draft("旧", "青山村"))
    assert changed == Draft("张晓东", "青山村", True, Guardian("刘贵兰", "mother")), "what is not on the form stays"


def test_filling_emits_nothing_editing_names_the_field(form: FormBinding, qtbot: QtBot) -> None:
    heard: list[str] = []
    form.changed.connect(heard.append)
    form.fill_from(Draft("张晓东"))
    assert heard == []
    qtbot.keyClicks(form.control("name"), "x")
    assert heard == ["name"]


def test_fault_waits_until_the_field_was_left(form: FormBinding) -> None:
    faults = (Fault("name", "required", "请填写姓名。"), Fault(None, "whole", "整张表有问题。"))
    form.control("name").setFocus()
    assert form.show_faults(faults) == (faults[1],)
    assert not the_field(form, "name").has_fault
    form.control("guardian.name").setFocus()
    form.show_faults(faults)
    assert the_field(form, "name").has_fault
    assert form.control("name").accessibleDescription() == "请填写姓名。"
    form.show_faults(())
    assert not the_field(form, "name").has_fault


def test_saving_shows_all_faults_and_goes_to_the_first(form: FormBinding) -> None:
    faults = (
        Fault("guardian.relation", "required", "请选择关系。"),
        Fault("guardian.name", "doubtful", "名字很长。", "warning"),
    )
    form.show_faults(faults, everywhere=True)
    assert form.focus_first_fault()
    assert form.control("guardian.relation").hasFocus(), "a warning does not hold up"
    assert not the_field(form, "guardian.name").has_fault
    form.forget_visits()
    assert not form.focus_first_fault()


def test_error_outranks_warning_on_one_field(form: FormBinding) -> None:
    warning, error = Fault("name", "odd", "少见的姓。", "warning"), Fault("name", "digits", "姓名里有数字。")
    for order in ((warning, error), (error, warning)):
        form.show_faults(order, everywhere=True)
        assert the_field(form, "name").control.accessibleDescription() == "姓名里有数字。"


def test_hint_comes_back_after_the_fault(form: FormBinding) -> None:
    hinted = the_field(form, "guardian.name")
    hinted.set_fault("写错了")
    hinted.clear()
    assert hinted.control.accessibleDescription() == "和身份证一致"
    hinted.set_good("对了")
    assert not hinted.has_fault


def test_label_names_its_control(form: FormBinding) -> None:
    assert form.control("guardian.name").accessibleName() == "监护人姓名"
