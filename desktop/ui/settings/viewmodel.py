"""What the settings show, and the changes they make."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.services.accounts import AccountDraft
from desktop.ui.kit.tasks import Failed
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.services.settings import SettingRow

_LOOKS = "appearance."


class SettingsModel(ViewModel):
    """Settings and accounts; asks again when somebody changed them."""

    settings_known = Signal(object)  # tuple[SettingRow, ...]
    users_known = Signal(object)  # tuple[UserRow, ...]
    printers_known = Signal(object)  # tuple[str, ...]
    input_known = Signal(object)  # tuple of (name, value)
    changed = Signal(object)  # SettingRow that was changed
    user_added = Signal(str)
    password_changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.watch("setting", "user_account")

    def reload(self) -> None:
        """Ask for everything shown."""
        services = self.bench.services
        self.ask(services.settings.rows, self.settings_known.emit, about="settings")
        self.ask(services.users.rows, self.users_known.emit, about="users")

    def find_printers(self) -> None:
        """Ask the system for its printers."""

        def job() -> tuple[str, ...]:
            from desktop.devices import printers

            return tuple(printers.names())

        def none(_: object) -> None:
            self.printers_known.emit(())

        self.ask(job, self.printers_known.emit, none, about="printers", lane="files")

    def find_input_facts(self, platform: str) -> None:
        """Ask what decides over Chinese input."""

        def job() -> tuple[tuple[str, str], ...]:
            from desktop.ui.input import report

            return report.facts(os.environ, platform)

        self.ask(job, self.input_known.emit, about="input")

    def change(self, row: SettingRow, value: object, failed: Failed) -> None:
        """Change one setting; the looks of this PC take effect at once."""

        def done(_: object) -> None:
            self.changed.emit(row)
            if row.key.startswith(_LOOKS):
                self.bench.restyle_wanted.emit()
            elif row.scope == "machine":
                self.reload()

        self.act(lambda: self.bench.services.settings.change(row.key, value), done, failed)

    def add_user(self, draft: AccountDraft, failed: Failed) -> None:
        """Make an account."""
        self.act(lambda: self.bench.services.users.add(draft), lambda _: self.user_added.emit(draft.name), failed)

    def change_password(self, old: str, new: str, failed: Failed) -> None:
        """Change the password of the person at the desk."""
        change = self.bench.services.users.change_password
        self.act(lambda: change(old, new), lambda _: self.password_changed.emit(), failed)
