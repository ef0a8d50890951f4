"""The wizard that makes a station: institution file, this PC and the first account, recovery code, then all at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.domain.stations import check_pc_letter
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services import keys
from desktop.services.accounts import AccountDraft, StationDraft
from desktop.services.clock import Clock
from desktop.ui.institution.station_form import StationForm
from desktop.ui.kit.basics import Tile, label
from desktop.ui.kit.fields import choice_field
from desktop.ui.kit.form import Field
from desktop.ui.kit.layouts import card, column, row
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.tasks import Runner
from desktop.ui.settings.account_form import AccountForm
from desktop.ui.shell.recovery_code import CodePage, TypedBackPage
from desktop.ui.shell.recovery_paper import RecoveryPaper
from desktop.ui.shell.wizard import WizardPage, WizardWindow

if TYPE_CHECKING:
    from desktop.services.catalogue import Services
    from desktop.vault.keys import KdfParameters


class FirstRunModel(QObject):
    """Holds what the wizard was told; makes the station at the end, in one go. Nothing is written before."""

    made = Signal(object)  # Services
    failed = Signal(object)  # KangyiError

    def __init__(
        self, folder: Path, clock: Clock, tasks: Runner, kdf: KdfParameters | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folder, self._clock, self._tasks, self._kdf = folder, clock, tasks, kdf
        self.paper = RecoveryPaper(clock, tasks, self)
        self._station = StationDraft("", "")

    @property
    def station_name(self) -> str:
        """The name typed on the first page."""
        return self._station.name

    def set_station(self, draft: StationDraft) -> None:
        """Keep the institution file."""
        self._station = draft
        self.paper.station_name = draft.name

    def make(self, account: AccountDraft, letter: str) -> None:
        """Make keys, database and first records; signals `made`, or `failed` and nothing is there."""
        code = self.paper.code()

        def job() -> Services:
            return keys.create_station(self._folder, self._station, account, letter, code, self._clock, self._kdf)

        self._tasks.run(job, self._done, self.failed.emit, lane="write", owner=self)

    def _done(self, services: Services) -> None:
        self.paper.forget()
        self.made.emit(services)


class StationPage(WizardPage):
    """The institution file."""

    def __init__(self, model: FirstRunModel) -> None:
        super().__init__()
        self.name = tr("站点信息")
        self._model = model
        self.form = StationForm()
        self.form.edited.connect(self.changed)
        self.put(card(self.form, margins=(20, 14, 20, 16)), None)

    def first_focus(self) -> QWidget | None:
        control: QWidget = self.form.binding.control("name")
        return control

    def missing(self) -> str:
        errors = [fault for fault in self.form.faults() if fault.severity == "error"]
        return errors[0].message if errors else ""

    def accept(self) -> bool:
        errors = self.form.show_faults(everywhere=True)
        self._model.set_station(self.form.draft())
        return not errors


class AccountPage(WizardPage):
    """The letter of this PC and the account of the head of the station."""

    def __init__(self, model: FirstRunModel) -> None:
        super().__init__()
        self.name = tr("本机和账号")
        self._model = model
        self.letter = choice_field([(each, each) for each in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"], width=120)
        self.form = AccountForm(role="head")
        self.form.edited.connect(self.changed)
        machine = card(
            row(Tile("monitor", "soft", 34, 17), label(tr("这台电脑"), "h2"), None, spacing=12),
            row(Field(tr("本机字母"), self.letter, required=True), None),
            label(tr("文书和档案的编号里带着这个字母。站里每台电脑用不同的字母，第一台用 A。"), "note", wrapped=True),
            margins=(20, 16, 20, 16),
        )
        account = card(
            row(Tile("user-round", "soft", 34, 17), self._head(), None, spacing=12),
            self.form,
            margins=(20, 16, 20, 16),
        )
        self.put(machine, account, None, spacing=14)

    @staticmethod
    def _head() -> QWidget:
        head = QWidget()
        note = tr("第一个账号是站长；其他人的账号以后在“设置”里加。")
        head.setLayout(column(label(tr("站长账号"), "h2"), label(note, "note"), spacing=0))
        return head

    def enter(self) -> None:
        self.form.station_name = self._model.station_name

    def first_focus(self) -> QWidget | None:
        control: QWidget = self.form.binding.control("name")
        return control

    def missing(self) -> str:
        faults = (*check_pc_letter(self.letter.value()), *self.form.faults())
        return faults[0].message if faults else ""

    def accept(self) -> bool:
        return not self.form.show_faults(everywhere=True)


class MakingPage(WizardPage):
    """Makes the station with a bar, then says what was made."""

    made = Signal()

    def __init__(self, model: FirstRunModel, account: AccountPage) -> None:
        super().__init__()
        self.name = tr("建站")
        self._model, self._account = model, account
        self.services: Services | None = None
        self._is_busy = False
        self._title = label("", "h2")
        self._text = label("", "sub", wrapped=True)
        self._sign = Tile("hourglass", "soft", 52, 26)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("正在建站"))
        self.banner = Banner()
        words = column(self._title, self._text, self._bar, self.banner, spacing=10)
        self.put(card(row(self._sign, (words, 1), spacing=16), margins=24), None)
        self.next_words = tr("开始使用")
        model.made.connect(self._done)
        model.failed.connect(self._fail)

    def enter(self) -> None:
        if self.services is None:
            self._make()

    def missing(self) -> str:
        if self._is_busy:
            return tr("正在建站，请稍等")
        return ""

    def accept(self) -> bool:
        if self.services is None:
            self._make()
        else:
            self.made.emit()
        return False

    def _make(self) -> None:
        self._is_busy, self.can_go_back = True, False
        self._title.setText(tr("正在建站"))
        self._text.setText(tr("正在按这台电脑的速度校准加密、建立加密的档案库。大约十秒。"))
        self._sign.set_look("hourglass", "soft")
        self._bar.show()
        self.banner.say("info", "")
        self.changed.emit()
        self._model.make(self._account.form.draft(), self._account.letter.value())

    def _done(self, services: Services) -> None:
        self.services, self._is_busy = services, False
        name = services.desk.facts.station_name
        self._title.setText(tr("站点建好了"))
        self._text.setText(
            tr("{name}的档案库已经加密建好。以后每天用姓名和密码打开；离开座位按 Ctrl+L 锁定。", name=name)
        )
        self._sign.set_look("circle-check", "ok")
        self._bar.hide()
        self.next_words = tr("开始使用")
        self.changed.emit()

    def _fail(self, trouble: KangyiError) -> None:
        self._is_busy, self.can_go_back = False, True
        self._title.setText(tr("没有建成"))
        self._text.setText(tr("没有留下任何文件，填过的内容还在。"))
        self._sign.set_look("triangle-alert", "bad")
        self._bar.hide()
        self.banner.say_failure(trouble)
        self.next_words = tr("再试一次")
        self.changed.emit()


class FirstRunWindow(WizardWindow):
    """The wizard of the first start. Signal `opened(Services)` at its end."""

    opened = Signal(object)

    def __init__(self, model: FirstRunModel) -> None:
        self.station = StationPage(model)
        self.account = AccountPage(model)
        self.code = CodePage(model.paper.code, model.paper.made_on())
        self.typed_back = TypedBackPage(model.paper.code)
        self.making = MakingPage(model, self.account)
        self._model = model
        super().__init__(tr("第一次使用"), (self.station, self.account, self.code, self.typed_back, self.making))
        model.paper.attach(self.code)
        self.making.made.connect(self._finish)

    def show_page(self, place: int) -> None:
        """Show a page, with the name of the station once it is known."""
        super().show_page(place)
        self.aside.set_full_text(self._model.station_name)

    def _finish(self) -> None:
        self.finish()
        self.opened.emit(self.making.services)
