"""A forgotten password: the envelope is opened, the account gets a new password, the station a new recovery code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.domain.faults import Fault
from desktop.errors import KangyiError, OperationalError, ValidationError
from desktop.i18n import tr
from desktop.services import keys
from desktop.services.accounts import AccountName
from desktop.services.clock import Clock
from desktop.ui.kit.basics import Tile, label
from desktop.ui.kit.fields import SecretField, choice_field, text_field
from desktop.ui.kit.form import Field, FormBinding
from desktop.ui.kit.layouts import card, row
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.tasks import Runner
from desktop.ui.kit.texts import SECRET_HINTS
from desktop.ui.settings.account_form import password_faults
from desktop.ui.shell.recovery_code import CodePage, TypedBackPage
from desktop.ui.shell.recovery_paper import RecoveryPaper
from desktop.ui.shell.wizard import WizardPage, WizardWindow
from desktop.ui.shell.words import role_words

if TYPE_CHECKING:
    from desktop.services.catalogue import Services


class RecoveryModel(QObject):
    """Reads the names, and gives the new password at the end. Nothing changes before."""

    names_known = Signal(object)
    done = Signal(object)  # Services
    failed = Signal(object)

    def __init__(self, folder: Path, clock: Clock, tasks: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._clock, self._tasks = folder, clock, tasks
        self.paper = RecoveryPaper(clock, tasks, self)

    def read_names(self) -> None:
        """Ask the key file who may log in."""
        self._tasks.run(lambda: keys.accounts(self._folder), self.names_known.emit, self.failed.emit, owner=self)

    def recover(self, old_code: str, login: str, password: str) -> None:
        """Give the account a new password and put the new code in force."""
        new_code = self.paper.code()

        def job() -> Services:
            return keys.reset_password(self._folder, old_code, login, password, new_code, self._clock)

        self._tasks.run(job, self._succeed, self.failed.emit, lane="write", owner=self)

    def _succeed(self, services: Services) -> None:
        self.paper.forget()
        self.done.emit(services)


class OldCodePage(WizardPage):
    """Who forgot the password, the code from the envelope, the new password."""

    def __init__(self, login: str) -> None:
        super().__init__()
        self.name = tr("信封里的恢复码")
        self._wanted = login
        self._names: dict[str, str] = {}
        self.binding = FormBinding(self)
        self.account = choice_field([], tr("请选择"))
        self.code = text_field("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX", max_length=60)
        self.code.setInputMethodHints(SECRET_HINTS)
        self.password, self.repeated = SecretField(), SecretField()
        hint = tr("至少 10 个字符，四五个不相干的词连起来最好")
        fields = {
            "login": Field(tr("谁忘了密码"), self.account, required=True),
            "recovery_code": Field(tr("恢复码"), self.code, tr("照着信封里的纸填，共 7 组"), required=True),
            "password": Field(tr("新密码"), self.password, hint, required=True),
            "repeated": Field(tr("再输一遍新密码"), self.repeated, required=True),
        }
        for name, field in fields.items():
            self.binding.add(name, field)
        self.binding.changed.connect(self._changed)
        self.put(
            card(
                row(Tile("key-round", "soft", 34, 17), label(tr("打开信封"), "h2"), None, spacing=12),
                row((fields["login"], 1), (fields["recovery_code"], 2), spacing=14),
                row((fields["password"], 1), (fields["repeated"], 1), spacing=14),
                label(tr("用过之后这个恢复码就作废，下一步会给一个新的。档案不受影响。"), "note", wrapped=True),
                margins=(20, 16, 20, 16),
            ),
            None,
        )

    def set_names(self, accounts: tuple[AccountName, ...]) -> None:
        """Offer the accounts."""
        self._names = {each.login: each.name for each in accounts}
        self.account.set_options([(each.login, f"{each.name}（{role_words(each.role)}）") for each in accounts])
        self.account.set_value(self._wanted)
        self.first_focus().setFocus()
        self.changed.emit()

    def first_focus(self) -> QWidget:
        return self.code if self.account.value() else self.account

    def missing(self) -> str:
        if not self.account.value():
            return tr("请选择是谁忘了密码")
        if not self.code.value():
            return tr("请填写恢复码")
        faults = self._faults()
        return faults[0].message if faults else ""

    def show_code_fault(self, trouble: KangyiError) -> None:
        """Say at the code what is wrong with it."""
        field = self.code.parentWidget()
        if isinstance(field, Field):
            field.set_fault(trouble.message + trouble.remedy)

    def accept(self) -> bool:
        from desktop.vault.keys import normal_recovery_code

        try:
            self.code.set_value(normal_recovery_code(self.code.value()))
        except ValidationError as trouble:
            self.show_code_fault(trouble)
            return False
        return True

    def _faults(self) -> tuple[Fault, ...]:
        words = (self.account.value(), self._names.get(self.account.value(), ""))
        return password_faults(self.password.value(), self.repeated.value(), words)

    def _changed(self) -> None:
        self.binding.show_faults(self._faults())
        self.changed.emit()


class ResettingPage(WizardPage):
    """Puts the new password and the new code in force."""

    done = Signal()

    def __init__(self, model: RecoveryModel, old: OldCodePage) -> None:
        super().__init__()
        self.name = tr("换新密码")
        self._model, self._old = model, old
        self.services: Services | None = None
        self._is_busy = False
        self._title = label("", "h2")
        self._text = label("", "sub", wrapped=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("正在换新密码"))
        self.banner = Banner()
        self.put(card(self._title, self._text, self._bar, self.banner, margins=24), None)
        model.done.connect(self._finish)
        model.failed.connect(self._fail)

    def enter(self) -> None:
        if self.services is None:
            self._run()

    def missing(self) -> str:
        return tr("正在换新密码，请稍等") if self._is_busy else ""

    def accept(self) -> bool:
        if self.services is None:
            self._run()
        else:
            self.done.emit()
        return False

    def _run(self) -> None:
        self._is_busy, self.can_go_back = True, False
        self._title.setText(tr("正在换新密码"))
        self._text.setText("")
        self._bar.show()
        self.banner.say("info", "")
        self.changed.emit()
        self._model.recover(self._old.code.value(), self._old.account.value(), self._old.password.value())

    def _finish(self, services: Services) -> None:
        self.services, self._is_busy = services, False
        self._title.setText(tr("新密码已经生效"))
        self._text.setText(tr("旧的恢复码已经作废，请把旧纸撕掉，只留新的。"))
        self._bar.hide()
        self.next_words = tr("进入")
        self.changed.emit()

    def _fail(self, trouble: KangyiError) -> None:
        self._is_busy, self.can_go_back = False, True
        self._title.setText(tr("没有换成，密码和恢复码都没有变"))
        self._bar.hide()
        self.banner.say_failure(trouble)
        self.next_words = tr("再试一次")
        self.changed.emit()


class RecoveryWindow(WizardWindow):
    """The window of a forgotten password. Signal `opened(Services)` at its end."""

    opened = Signal(object)

    def __init__(self, model: RecoveryModel, login: str) -> None:
        self.old = OldCodePage(login)
        self.code = CodePage(model.paper.code, model.paper.made_on())
        self.typed_back = TypedBackPage(model.paper.code)
        self.resetting = ResettingPage(model, self.old)
        super().__init__(tr("忘了密码"), (self.old, self.code, self.typed_back, self.resetting))
        model.paper.attach(self.code)
        model.names_known.connect(self.old.set_names)
        model.failed.connect(self._show_failure)
        model.read_names()
        self.resetting.done.connect(self._finish)

    def _show_failure(self, trouble: KangyiError) -> None:
        if isinstance(trouble, OperationalError):
            self.banner.say_failure(trouble)

    def _finish(self) -> None:
        self.finish()
        self.opened.emit(self.resetting.services)
