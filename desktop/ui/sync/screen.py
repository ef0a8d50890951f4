"""Hand-over to the county (U盘交接): how it stands, every bundle, and the way to hand over."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.sync import BundleRow, ReceiptResult
from desktop.ui.kit.basics import Tile, button, label
from desktop.ui.kit.cells import action_cell, icon_cell, pill_cell, toned_cell, two_line_cell
from desktop.ui.kit.files import choose_folder
from desktop.ui.kit.layouts import card, column, frame, page, row
from desktop.ui.kit.messages import Banner, EmptyState
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench
from desktop.ui.sync.joining import JoiningPanel
from desktop.ui.sync.viewmodel import HandOverViewModel, SyncViewModel
from desktop.ui.sync.wizard import HandOverWizard

_LOOKS = {"issued": ("warn", "circle-alert"), "written": ("info", "send"), "returned": ("ok", "check")}


class SyncScreen(Screen):
    """History, joining or wizard; exported is not received, and the screen says so."""

    title = tr("U盘交接")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model, self.hand_over = SyncViewModel(bench, self), HandOverViewModel(bench, self)
        self.banner = Banner()
        self.tiles = {name: _Figure(*look) for name, look in _figures().items()}
        self.records = RecordsModel(bundle_columns(bench.services.codes, bench.today()), lambda row: row.bundle_id)
        self.table = RecordTable(self.records, tr("交接包"), 53)
        self.card = RecordCard(self.table)
        self.joining, self.wizard = JoiningPanel(self.model), HandOverWizard(self.hand_over)
        self.take = button(tr("导入县里的回执"), "package-check", on_click=self._ask_receipts)
        self.start = button(tr("开始交接"), "usb", "primary", on_click=self.begin)
        self.head = PageHeader(tr("U盘交接"), tr("和县民政局交换数据，全程不上网"), (self.take, self.start))
        history = frame(
            column(row(*((tile, 1) for tile in self.tiles.values()), spacing=12), (self.card, 1), spacing=12)
        )
        self.pages = QStackedWidget()
        for each in (history, self.joining, self.wizard):
            self.pages.addWidget(each)
        self._history = history
        self.set_page(page(self.head, self.banner, (self.pages, 1)))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Show how the exchange stands."""
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.table

    def begin(self) -> None:
        """Open the wizard."""
        self.banner.say("info", "")
        self.pages.setCurrentWidget(self.wizard)
        self._set_actions(False)
        self.wizard.begin()
        self.wizard.next.setFocus()

    def _connect(self) -> None:
        model = self.model
        model.loaded.connect(self._show)
        model.enrolled.connect(lambda name: self.bench.toast(tr("已和{hub}建立交接关系", hub=name)))
        model.receipts_found.connect(self._take_receipts)
        model.received.connect(self._say_received)
        for trouble in (model.refused, model.failed):
            trouble.connect(self.banner.say_failure)
        self.wizard.left.connect(self._leave_wizard)
        self.table.action_clicked.connect(self._act)
        self.table.row_activated.connect(self._act)

    def _leave_wizard(self) -> None:
        self.pages.setCurrentWidget(self._history)
        self.model.reload()

    def _set_actions(self, is_shown: bool) -> None:
        self.take.setVisible(is_shown)
        self.start.setVisible(is_shown)
        self.start.setEnabled(self.bench.may("sync.export"))
        self.take.setEnabled(self.bench.may("sync.receive"))

    def _show(self) -> None:
        board = self.model.board
        if board is None or self.pages.currentWidget() is self.wizard:
            return
        standing, bundles = board.standing, board.bundles
        self.pages.setCurrentWidget(self._history if standing.is_enrolled else self.joining)
        self._set_actions(standing.is_enrolled)
        self.joining.show_fingerprint(standing.fingerprint)
        returned = sum(row_.state == "returned" for row_ in bundles)
        last = (
            tr("最近一次 {day}", day=f"{standing.last_issued_at.astimezone():%m-%d}")
            if standing.last_issued_at
            else tr("还没有交过")
        )
        self.tiles["waiting"].show_figure(standing.waiting_changes, last)
        self.tiles["open"].show_figure(standing.without_receipt, tr("收到回执才算数"))
        self.tiles["done"].show_figure(returned, standing.hub_name)
        self.table.show_records(bundles, len(bundles))
        self.card.show_instead(None if bundles else self._nothing())
        self.card.set_footer(tr("已导出不等于县里收到：收到回执后才算数，之前的内容会自动再带一次。"))

    def _nothing(self) -> EmptyState:
        return EmptyState("usb", tr("还没有交过"), tr("插上 U盘，四步就能交给县民政局。"), tr("开始交接"), self.begin)

    def _act(self, bundle: BundleRow) -> None:
        """Write an issued bundle again, or look for the receipt of one that is out."""
        if bundle.state == "issued":
            chosen = choose_folder(self, tr("把第 {n} 包再写到哪里", n=bundle.seq))
            if chosen is not None:
                self.hand_over.write_again(bundle.bundle_id, chosen)
        elif bundle.state == "written":
            self._ask_receipts()

    def _ask_receipts(self) -> None:
        chosen = choose_folder(self, tr("回执在哪个 U盘或文件夹"))
        if chosen is not None:
            self.model.find_receipts(chosen)

    def _take_receipts(self, found: tuple[Path, ...]) -> None:
        if found:
            self.model.receive(found)
        else:
            self.banner.say("warn", tr("这里没有给本站的新回执。请看看是不是拿错了 U盘，或县里还没有写回执。"))

    def _say_received(self, results: tuple[ReceiptResult, ...]) -> None:
        taken = sum(result.taken for result in results)
        rejected = sum(len(result.rejected) for result in results)
        conflicts = sum(len(result.conflicts) for result in results)
        words = tr("收到 {n} 份回执：县里收下 {taken} 条", n=len(results), taken=taken)
        if rejected or conflicts:
            words += tr("，退回 {rejected} 条，{conflicts} 处要由县里核对", rejected=rejected, conflicts=conflicts)
        self.banner.say("warn" if rejected or conflicts else "ok", words + tr("。"))


class _Figure(QFrame):
    """A number with what it counts, and a quiet line below."""

    def __init__(self, icon: str, tone: str, words: str) -> None:
        super().__init__()
        self._words = words
        self._number, self._note = label("0", "figure"), label("", "note")
        body = column(row(self._number, label(words, "sub"), None, spacing=8), self._note, spacing=0)
        self.setLayout(
            column(card(row(Tile(icon, tone, 40, 20), (body, 1), spacing=14), margins=(14, 8, 14, 8)), spacing=0)
        )

    def show_figure(self, number: int, note: str) -> None:
        """Show another number."""
        self._number.setText(str(number))
        self._note.setText(note)
        self.setAccessibleName(f"{number} {self._words}，{note}")


def _figures() -> dict[str, tuple[str, str, str]]:
    return {
        "waiting": ("pencil", "off", tr("条还没上报")),
        "open": ("send", "info", tr("包已导出、等回执")),
        "done": ("circle-check", "ok", tr("包已回执")),
    }


def bundle_columns(codes: Codes, today: date) -> tuple[Column, ...]:
    """Return the columns of the history."""

    def what(bundle: BundleRow) -> tuple[str, str, str, str]:
        tone, icon = _LOOKS.get(bundle.state, ("off", "usb"))
        when = tr("{day} 导出", day=f"{bundle.issued_at.astimezone():%m-%d %H:%M}")
        return icon, tone, tr("第 {n} 包", n=bundle.seq), when

    def content(bundle: BundleRow) -> tuple[str, str]:
        withheld = tr("{n} 人只计数", n=bundle.withheld_persons) if bundle.withheld_persons else ""
        return tr("{n} 条 · {m} 人", n=bundle.changes, m=bundle.persons), withheld

    def state(bundle: BundleRow) -> tuple[str, str, str]:
        return codes.label("bundle_state", bundle.state), *_LOOKS.get(bundle.state, ("off", ""))

    def note(bundle: BundleRow) -> tuple[str, str]:
        if bundle.receipted_at is not None:
            return tr("{day} 收到回执", day=f"{bundle.receipted_at.astimezone():%m-%d}"), "text2"
        days = (today - bundle.issued_at.astimezone().date()).days
        return (tr("等回执 {n} 天", n=days), "warn") if days > 0 else (tr("今天导出"), "text2")

    def action(bundle: BundleRow) -> str:
        return {"issued": tr("再写一次"), "written": tr("导入回执")}.get(bundle.state, "")

    return (
        Column(tr("数据包"), 230, lambda row: "，".join(what(row)[2:]), icon_cell(what)),
        Column(tr("内容"), 180, lambda row: "，".join(content(row)), two_line_cell(content)),
        Column(tr("文件"), 0, lambda row: row.file_name, hide_below=900),
        Column(tr("状态"), 132, lambda row: state(row)[0], pill_cell(state)),
        Column(tr("说明"), 130, lambda row: note(row)[0], toned_cell(note)),
        Column("", 128, action, action_cell(lambda row: (action(row), "")), action=action),
    )
