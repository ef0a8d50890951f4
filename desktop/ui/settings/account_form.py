"""A new account as a form: name, login, role, password twice; its rules are checked while somebody types."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop import resources
from desktop.domain.faults import Fault
from desktop.domain.stations import check_account
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.services.accounts import AccountDraft
from desktop.ui.kit.choices import code_options
from desktop.ui.kit.form import Field, FormBinding, SecretField, choice_field, text_field
from desktop.ui.kit.theme import px


def station_roles() -> list[tuple[str, str]]:
    """Return the roles an account of a station can have."""
    known = dict(code_options("role"))
    return [(role, known.get(role, role)) for role in resources.table("permissions/roles.toml")["station"]["roles"]]


def password_faults(password: str, repeated: str, words: tuple[str, ...], field: str = "password") -> tuple[Fault, ...]:
    """Return what is wrong with a new password typed twice; `words` (login, names) must not make it up."""
    from desktop.vault import passwords

    faults: list[Fault] = []
    try:
        passwords.check(password, (*words, *(part for word in words for part in re.split(r"\W+", word))))
    except ValidationError as trouble:
        faults.append(Fault(field, trouble.code, trouble.message + trouble.remedy))
    if password != repeated:
        faults.append(Fault("repeated", "different", tr("两次输入的密码不一样。")))
    return tuple(faults)


class AccountForm(QWidget):
    """Signal `edited` by the person; `station_name` may not make up the password."""

    edited = Signal()

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self._role = role
        self.station_name = ""
        self.binding = FormBinding(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(9))
        fields = [
            ("name", Field(tr("姓名"), text_field(max_length=50), required=True)),
            (
                "login",
                Field(tr("登录名"), text_field(tr("如 zhoumin"), max_length=32), tr("小写字母、数字"), required=True),
            ),
            (
                "password",
                Field(tr("密码"), SecretField(), tr("至少 10 个字符，四五个不相干的词连起来最好"), required=True),
            ),
            ("repeated", Field(tr("再输一遍密码"), SecretField(), required=True)),
        ]
        if not role:
            fields.insert(2, ("role", Field(tr("角色"), choice_field(station_roles(), tr("请选择")), required=True)))
        for place, (name, field) in enumerate(fields):
            self.binding.add(name, field)
            grid.addWidget(field, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        for place in range(2):
            grid.setColumnStretch(place, 1)
        self.binding.changed.connect(self._changed)

    def draft(self) -> AccountDraft:
        """Return what was typed."""
        values = self.binding.values()
        return AccountDraft(values["login"], values["name"], self._role or values["role"], values["password"])

    def faults(self) -> tuple[Fault, ...]:
        """Return what is wrong in what was typed."""
        draft = self.draft()
        roles = [code for code, _ in station_roles()]
        words = (draft.login, draft.name, self.station_name)
        repeated = self.binding.values()["repeated"]
        return check_account(draft.login, draft.name, draft.role, roles) + password_faults(
            draft.password, repeated, words
        )

    def show_faults(self, everywhere: bool = False) -> tuple[Fault, ...]:
        """Mark the faults at their fields and return them."""
        found = self.faults()
        self.binding.show_faults(found, everywhere)
        return found

    def _changed(self) -> None:
        self.show_faults()
        self.edited.emit()
