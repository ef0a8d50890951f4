"""What the institution file says of the station itself; unfinished changes are kept as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.institution.station_form import StationForm
from desktop.ui.institution.viewmodel import InstitutionModel, StationModel, StationVersion
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.compare import ask_which
from desktop.ui.kit.layouts import card, column, frame, row, scroll
from desktop.ui.kit.messages import Banner

if TYPE_CHECKING:
    from desktop.services.drafts import DraftRow


class StationTab(QWidget):
    """Form, and a line below that says what is kept and what is wrong."""

    def __init__(self, institution: InstitutionModel) -> None:
        super().__init__()
        self._bench = institution.bench
        self._may = institution.bench.may("stations.amend")
        self.model = StationModel(institution.bench, self)
        self.form = StationForm(is_whole=True)
        self.form.setEnabled(self._may)
        self.banner = Banner()
        self.state = label("", "note")
        self.save = button(tr("保存机构档案"), "check", "primary", on_click=self.submit)
        self.undo = button(tr("放弃修改"), kind="ghost", on_click=self._give_up)
        body = frame(column(self.banner, self.form, None, spacing=10, margins=(18, 14, 18, 14)))
        foot = row(self.state, None, self.undo, self.save, margins=(18, 9, 18, 11))
        self.setLayout(column((card((scroll(body), 1), foot, spacing=0, margins=0), 1), spacing=0))
        institution.station_known.connect(self._show)
        self._connect()
        self._settle()

    def submit(self) -> None:
        """Save the institution file, or go to the first fault."""
        if not self._may or self.form.show_faults(everywhere=True):
            self.form.binding.focus_first_fault()
            return
        self.model.save(self._typed())

    def keep(self) -> None:
        """Keep what was typed as a draft, before the screen is left."""
        self.model.keeper.keep_now()

    def _connect(self) -> None:
        model = self.model
        self.form.edited.connect(self._touch)
        model.opened.connect(self._fill)
        model.resumed.connect(self._resume)
        model.merged.connect(self._say_merged)
        model.clashed.connect(lambda found: ask_which(self.window(), found, model.settle))
        model.saved.connect(lambda _: self._saved())
        model.refused.connect(self._fail)
        model.failed.connect(self._fail)
        model.keeper.kept.connect(self._say_kept)

    def _typed(self) -> StationVersion:
        return StationVersion(self.form.draft(), self.model.base.revision)

    def _show(self, version: StationVersion) -> None:
        if not self.model.is_changed and version.revision != self.model.stored.revision:
            self.model.begin(version, "")

    def _fill(self, version: StationVersion) -> None:
        self.form.fill(version.form, is_code_fixed=True)
        self._settle()

    def _resume(self, version: StationVersion) -> None:
        self._fill(version)
        self.banner.say("info", tr("上次改到一半的内容还在，已经放回表里，还没有保存。"))

    def _say_merged(self, version: StationVersion) -> None:
        self._fill(version)
        self.banner.say("warn", tr("您填写期间有人改过机构档案，两边的改动已合在一起。请看一遍再保存。"))

    def _touch(self) -> None:
        self.model.touch(self._typed())
        self._settle()

    def _say_kept(self, kept: DraftRow) -> None:
        clock = kept.saved_at.astimezone().strftime("%H:%M")
        self.state.setText(tr("草稿 {clock} 已自动存在本机，还没有保存", clock=clock))

    def _fail(self, trouble: KangyiError) -> None:
        self.banner.say_failure(trouble)

    def _saved(self) -> None:
        self.model.forget()
        self.banner.say("info", "")
        self._bench.toast(tr("机构档案已保存"))
        self._settle()

    def _give_up(self) -> None:
        self.banner.say("info", "")
        self.model.give_up()
        self._fill(self.model.base)

    def _settle(self) -> None:
        is_changed = self.model.is_changed
        self.save.setEnabled(self._may and is_changed)
        self.undo.setVisible(is_changed)
        if not self._may:
            self.state.setText(tr("机构档案由站长修改"))
        elif not is_changed:
            self.state.setText(tr("没有改动"))
