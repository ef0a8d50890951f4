"""The institution file (机构档案): one tab for the station itself, one for each group of entries beside it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.institution import KINDS
from desktop.i18n import tr
from desktop.ui.institution.section import Section
from desktop.ui.institution.station_tab import StationTab
from desktop.ui.institution.viewmodel import SECTIONS, InstitutionModel, section_of
from desktop.ui.kit.basics import button
from desktop.ui.kit.choices import TabBar
from desktop.ui.kit.history import show_history
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.workbench import Workbench


class InstitutionScreen(Screen):
    """Everything about the institution on one page; the price notice is printed from its tab."""

    title = tr("机构档案")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = InstitutionModel(bench, self)
        self.banner = Banner()
        self.station = StationTab(self.model)
        notice = button(tr("印收费公示"), "printer", small=True, on_click=lambda: bench.go("documents", paper="notice"))
        notice.setEnabled(bench.may("documents.prepare"))
        self.sheet = button(
            tr("从表格导入"), "import", small=True, on_click=lambda: bench.go("imports", kind="staff_training")
        )
        self.sheet.setEnabled(bench.may("imports.take") and bench.may("institution.amend"))
        actions = {"price": (notice,), "staff_training": (self.sheet,)}
        self.sections = {name: Section(self.model, kinds, *actions.get(name, ())) for name, kinds in SECTIONS.items()}
        self.bar = TabBar(tr("机构档案的分类"))
        self._stack = QStackedWidget()
        for words, tab in zip(_words(), (self.station, *self.sections.values()), strict=True):
            self.bar.addTab(words)
            self._stack.addWidget(tab)
        self.bar.currentChanged.connect(self._stack.setCurrentIndex)
        sentence = tr("收费、预案、保险、合同和检查都记在这里，改动都留有记录")
        bin_ = button(tr("回收站"), "trash-2", "ghost", on_click=lambda: bench.go("removals"))
        bin_.setEnabled(bench.may("removals.read"))
        history = button(tr("修改记录"), "history", on_click=self.show_history)
        self.set_page(
            page(PageHeader(self.title, sentence, (bin_, history)), self.banner, self.bar, (self._stack, 1), spacing=10)
        )
        self.model.failed.connect(self.banner.say_failure)

    def enter(self, kind: str = "", entry: str = "", **params: Any) -> None:
        """Show the file; `kind` and `entry` lead to one entry, `entry` "new" to an empty form."""
        self.banner.say("info", "")
        section = section_of(kind)
        if kind:
            self.bar.setCurrentIndex(["station", *self.sections].index(section))
        if kind in KINDS and entry:
            self.sections[section].want(kind, entry)
        self.model.reload()

    def leave(self) -> bool:
        self.station.keep()
        for section in self.sections.values():
            section.panel.keep()
        return True

    def shortcut_save(self) -> None:
        shown = self._stack.currentWidget()
        if isinstance(shown, Section):
            shown.panel.submit()
        else:
            self.station.submit()

    def show_history(self) -> None:
        """Open who changed which field, when, from what to what."""
        _, panel = show_history(self.window(), self.title)
        self.model.load_history(panel.show_changes)

    def default_focus(self) -> QWidget:
        return self.bar


def _words() -> tuple[str, ...]:
    """Return the words on the tabs, the station itself first."""
    return (
        tr("基本信息"), tr("收费公示"), tr("应急预案与演练"), tr("保险"), tr("购买合同"), tr("监督检查"),
        tr("人员培训"),
    )  # fmt: skip
