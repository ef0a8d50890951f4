"""Accounts of the staff, and the password of the person at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.kit.basics import Tile, button, label
from desktop.ui.kit.cells import person_cell, pill_cell, words_cell
from desktop.ui.kit.choices import code_options
from desktop.ui.kit.fields import SecretField
from desktop.ui.kit.form import Field, FormBinding
from desktop.ui.kit.layouts import card, column, row
from desktop.ui.kit.messages import Banner, Modal
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.settings.account_form import AccountForm, password_faults
from desktop.ui.settings.viewmodel import SettingsModel

if TYPE_CHECKING:
    from desktop.services.users import UserRow


class UsersTab(QWidget):
    """The list of accounts at the left, the own password at the right."""

    def __init__(self, model: SettingsModel) -> None:
        super().__init__()
        self._model = model
        roles = dict(code_options("role"))

        def role(user: UserRow) -> str:
            return roles.get(user.role, user.role)

        self._records = RecordsModel(
            [
                Column(tr("姓名"), 0, lambda user: user.name, person_cell(lambda user: (user.name, user.login))),
                Column(tr("角色"), 150, role, words_cell(role)),
                Column(tr("状态"), 110, _state, pill_cell(lambda user: (_state(user), _tone(user), ""))),
            ],
            key=lambda user: user.id,
        )
        self.table = RecordTable(self._records, tr("账号"), row_height=50)
        self.add = button(tr("加一个账号"), "user-plus", "primary", small=True, on_click=self._ask)
        self.add.setEnabled(model.bench.may("users.add"))
        users = RecordCard(self.table, row(label(tr("账号"), "h3"), None, self.add))
        self._users = users
        self.own = PasswordCard(model)
        self.setLayout(row((users, 3), (column(self.own, None), 2), spacing=14))
        model.users_known.connect(self._show)
        self._modal: Modal | None = None
        model.user_added.connect(self._close)

    def _show(self, users: tuple[UserRow, ...]) -> None:
        self.table.show_records(users)
        why = "" if self._model.bench.may("users.add") else tr("加账号要站长来办")
        self._users.set_footer(tr("共 {n} 个账号", n=len(users)), why)

    def _ask(self) -> None:
        form = AccountForm()
        form.station_name = self._model.bench.services.desk.facts.station_name
        banner = Banner()
        body = QWidget()
        note = label(tr("请本人来输入密码。以后本人可以自己改。"), "note", wrapped=True)
        body.setLayout(column(form, note, banner, spacing=10))
        cancel, save = button(tr("取消")), button(tr("加上这个账号"), "check", "primary")
        modal = Modal(self.window(), tr("加一个账号"), body, (cancel, save), width=620)
        self._modal = modal
        cancel.clicked.connect(modal.close_modal)

        def fail(trouble: KangyiError) -> None:
            save.setEnabled(True)
            banner.say_failure(trouble)

        def submit() -> None:
            if form.show_faults(everywhere=True):
                form.binding.focus_first_fault()
                return
            save.setEnabled(False)
            self._model.add_user(form.draft(), fail)

        save.clicked.connect(submit)

    def _close(self, name: str) -> None:
        if self._modal is not None:
            self._modal.finish()
            self._modal = None
        self._model.bench.toast(tr("{name}的账号加好了", name=name))


def _state(user: UserRow) -> str:
    return tr("在用") if user.is_active else tr("停用")


def _tone(user: UserRow) -> str:
    return "ok" if user.is_active else "off"


class PasswordCard(QWidget):
    """Changes the password of the person at the desk."""

    def __init__(self, model: SettingsModel) -> None:
        super().__init__()
        self._model = model
        actor, desk = model.bench.services.actor, model.bench.services.desk
        self._words = (desk.vault.login, actor.name, desk.facts.station_name)
        self.old, self.new, self.repeated = SecretField(), SecretField(), SecretField()
        self.binding = FormBinding(self)
        hint = tr("至少 10 个字符，四五个不相干的词连起来最好")
        self._fields = {
            "old": Field(tr("现在的密码"), self.old),
            "password": Field(tr("新密码"), self.new, hint),
            "repeated": Field(tr("再输一遍新密码"), self.repeated),
        }
        for name, field in self._fields.items():
            self.binding.add(name, field)
        self.save = button(tr("改密码"), "key-round", on_click=self.submit)
        head = row(Tile("lock", "soft", 30, 15), label(tr("我的密码"), "h3"), None, spacing=10)
        self.setLayout(
            column(card(head, *self._fields.values(), row(None, self.save), margins=(18, 13, 18, 14)), spacing=0)
        )
        self.binding.changed.connect(lambda _: self._judge())
        model.password_changed.connect(self._done)

    def submit(self) -> None:
        """Change the password when nothing is wrong with the new one."""
        if self._judge(everywhere=True):
            self.binding.focus_first_fault()
            return
        self.save.setEnabled(False)
        self._model.change_password(self.old.value(), self.new.value(), self._fail)

    def _judge(self, everywhere: bool = False) -> bool:
        faults = password_faults(self.new.value(), self.repeated.value(), self._words)
        self.binding.show_faults(faults if self.new.value() or everywhere else (), everywhere)
        return bool(faults)

    def _fail(self, trouble: KangyiError) -> None:
        self.save.setEnabled(True)
        field = self._fields["old" if trouble.code == "wrong_password" else "password"]
        field.set_fault(trouble.message + trouble.remedy)
        field.control.setFocus()

    def _done(self) -> None:
        self.save.setEnabled(True)
        for secret in (self.old, self.new, self.repeated):
            secret.clear()
        self.binding.forget_visits()
        self._model.bench.toast(tr("密码改好了，下次用新密码打开"))
