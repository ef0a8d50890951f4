"""The settings: looks and lock, rules of the station, accounts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from desktop.i18n import tr
from desktop.ui.kit.choices import TabBar
from desktop.ui.kit.layouts import Item, column, frame, page, row, scroll
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.workbench import Workbench
from desktop.ui.settings.diagnosis import InputFacts
from desktop.ui.settings.setting_lines import InputLine, PrinterLine, SettingGroup, show_values
from desktop.ui.settings.users_tab import UsersTab
from desktop.ui.settings.viewmodel import SettingsModel

if TYPE_CHECKING:
    from desktop.services.settings import SettingRow

# Where a group of settings (the first part of its keys) stands: tab, column, icon.
_PLACES = {
    "appearance": ("looks", 0, "palette"),
    "input": ("looks", 0, "keyboard"),
    "lock": ("looks", 1, "lock"),
    "lists": ("rules", 1, "eye-off"),
    "scans": ("looks", 1, "scan-line"),
    "printing": ("looks", 1, "printer"),
    "papers": ("rules", 0, "file-text"),
    "visits": ("rules", 1, "house"),
    "trainings": ("rules", 1, "clipboard-check"),
    "backups": ("looks", 0, "database-backup"),
    "sync": ("rules", 0, "usb"),
}
_OTHER = ("rules", 0, "settings")


class GroupsTab(QWidget):
    """Two columns of groups, filled once the settings are known."""

    def __init__(self) -> None:
        super().__init__()
        self.setLayout(column(spacing=0))

    def put(self, columns: tuple[list[SettingGroup], list[SettingGroup]]) -> None:
        """Show these groups."""
        sides: list[Item] = [(frame(column(*side, None, spacing=14)), 1) for side in columns]
        body: QFrame = frame(row(*sides, spacing=14, margins=(0, 0, 0, 4)))
        layout = self.layout()
        if layout is not None:
            layout.addWidget(scroll(body, "bg"))


class SettingsScreen(Screen):
    """Tabs of settings; each takes effect when it is changed."""

    title = tr("设置")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = SettingsModel(bench, self)
        self.groups: list[SettingGroup] = []
        self.banner = Banner()
        self.looks, self.rules = GroupsTab(), GroupsTab()
        self.users = UsersTab(self.model)
        self._tabs = {
            "looks": (tr("本机"), self.looks),
            "rules": (tr("期限和标准"), self.rules),
            "users": (tr("账号和密码"), self.users),
        }
        self.bar = TabBar(tr("设置的分类"))
        self._stack = QStackedWidget()
        for words, tab in self._tabs.values():
            self.bar.addTab(words)
            self._stack.addWidget(tab)
        self.bar.currentChanged.connect(self._stack.setCurrentIndex)
        self.set_page(
            page(PageHeader(tr("设置"), tr("改了就生效")), self.banner, self.bar, (self._stack, 1), spacing=10)
        )
        self.model.settings_known.connect(self._show)
        self.model.printers_known.connect(self._offer_printers)
        self.model.input_known.connect(lambda facts: InputFacts(self.window(), facts))
        self.model.changed.connect(lambda row: bench.toast(tr("“{label}”已改好", label=row.label)))
        self.model.failed.connect(self.banner.say_failure)

    def enter(self, tab: str = "", **params: object) -> None:
        self.banner.say("info", "")
        if tab in self._tabs:
            self.bar.setCurrentIndex(list(self._tabs).index(tab))
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.bar

    def _show(self, settings: tuple[SettingRow, ...]) -> None:
        if self.groups:
            show_values(self.groups, settings)
            return
        areas: dict[str, list[SettingRow]] = {}
        for setting in settings:
            areas.setdefault(setting.key.split(".")[0], []).append(setting)
        if not sys.platform.startswith("linux"):
            areas.pop("input", None)  # elsewhere the system's input method needs no choice
        sides: dict[str, tuple[list[SettingGroup], list[SettingGroup]]] = {"looks": ([], []), "rules": ([], [])}
        may_all = self.bench.may("settings.change_station")
        for area in sorted(areas, key=lambda area: list(_PLACES).index(area) if area in _PLACES else len(_PLACES)):
            tab, side, icon = _PLACES.get(area, _OTHER)
            group = SettingGroup(icon, areas[area], may_all, self.model.change)
            self.groups.append(group)
            sides[tab][side].append(group)
            for line in group.lines.values():
                if isinstance(line, InputLine):
                    line.facts_wanted.connect(self._ask_input_facts)
        self.looks.put(sides["looks"])
        self.rules.put(sides["rules"])
        self.model.find_printers()

    def _ask_input_facts(self) -> None:
        self.model.find_input_facts(QGuiApplication.platformName())

    def _offer_printers(self, names: tuple[str, ...]) -> None:
        for group in self.groups:
            for line in group.lines.values():
                if isinstance(line, PrinterLine):
                    line.set_printers(names)
