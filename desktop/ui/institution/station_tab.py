"""What the institution file says of the station itself; unfinished changes are kept as a draft."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.accounts import StationDraft
from desktop.ui.institution.station_form import StationForm
from desktop.ui.institution.viewmodel import InstitutionModel
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.drafting import DraftKeeper
from desktop.ui.kit.layouts import card, column, frame, row, scroll
from desktop.ui.kit.messages import Banner

if TYPE_CHECKING:
    from desktop.services.drafts import DraftRow

AREA = "stations"


class StationTab(QWidget):
    """Form, and a line below that says what is kept and what is wrong."""

    def __init__(self, model: InstitutionModel) -> None:
        super().__init__()
        self._model = model
        self._may = model.bench.may("stations.amend")
        self._revision = -1
        self._is_touched = False
        self.form = StationForm(is_whole=True)
        self.form.setEnabled(self._may)
        self.banner = Banner()
        self.state = label("", "note")
        self.save = button(tr("保存机构档案"), "check", "primary", on_click=self.submit)
        self.undo = button(tr("放弃修改"), kind="ghost", on_click=self._give_up)
        self.keeper = DraftKeeper(model.bench, AREA, self)
        body = frame(column(self.banner, self.form, None, spacing=10, margins=(18, 14, 18, 14)))
        foot = row(self.state, None, self.undo, self.save, margins=(18, 9, 18, 11))
        self.setLayout(column((card((scroll(body), 1), foot, spacing=0, margins=0), 1), spacing=0))
        model.station_known.connect(self._show)
        model.station_saved.connect(self._saved)
        self.form.edited.connect(self._touch)
        self.keeper.kept.connect(self._say_kept)
        self._settle()

    def submit(self) -> None:
        """Save the institution file, or go to the first fault."""
        if not self._may or self.form.show_faults(everywhere=True):
            self.form.binding.focus_first_fault()
            return
        self._model.save_station(self.form.draft(), self._revision, self._fail)

    def keep(self) -> None:
        """Keep what was typed as a draft, before the screen is left."""
        self.keeper.keep_now()

    def _show(self, draft: StationDraft, revision: int) -> None:
        if self._is_touched or revision == self._revision:
            return
        self._revision = revision
        self.form.fill(draft, is_code_fixed=True)
        if self._may and self._model.bench.may("drafts.use"):
            self.keeper.open("", self._take_up)
        self._settle()

    def _take_up(self, found: DraftRow | None) -> None:
        if found is None or found.content.get("revision") != self._revision:
            return
        known = {name: value for name, value in found.content.items() if name != "revision"}
        self.form.binding.fill(known)
        self._is_touched = True
        self.banner.say("info", tr("上次改到一半的内容还在，已经放回表里，还没有保存。"))
        self._settle()

    def _touch(self) -> None:
        self._is_touched = True
        content: dict[str, object] = {**asdict(self.form.draft()), "revision": self._revision}
        self.keeper.touch(tr("机构档案"), content)
        self._settle()

    def _say_kept(self, kept: DraftRow) -> None:
        clock = kept.saved_at.astimezone().strftime("%H:%M")
        self.state.setText(tr("草稿 {clock} 已自动存在本机，还没有保存", clock=clock))

    def _fail(self, trouble: KangyiError) -> None:
        self.banner.say_failure(trouble)

    def _saved(self) -> None:
        self.keeper.forget()
        self._is_touched = False
        self.banner.say("info", "")
        self._model.bench.toast(tr("机构档案已保存"))
        self._settle()

    def _give_up(self) -> None:
        self.keeper.forget()
        self._is_touched, self._revision = False, -1
        self.banner.say("info", "")
        # behind the draft on the same lane: asked earlier it would still be found
        self._model.act(lambda: None, lambda _: self._model.reload())
        self._settle()

    def _settle(self) -> None:
        self.save.setEnabled(self._may and self._is_touched)
        self.undo.setVisible(self._is_touched)
        if not self._may:
            self.state.setText(tr("机构档案由站长修改"))
        elif not self._is_touched:
            self.state.setText(tr("没有改动"))
