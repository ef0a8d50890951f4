"""Backups: when the last one was made and checked, one now, and those made before."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from desktop.i18n import tr
from desktop.ui.backups.viewmodel import BackupsModel
from desktop.ui.kit.basics import ElidedLabel, Pill, Tile, button, label
from desktop.ui.kit.cells import icon_cell, pill_cell, words_cell
from desktop.ui.kit.files import choose_folder
from desktop.ui.kit.layouts import Item, card, column, frame, page, row
from desktop.ui.kit.messages import Banner, EmptyState
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.devices.drives import Drive
    from desktop.services.backups import BackupDone, BackupRow

_GIB = 1024**3


def day_and_time(at: datetime, today: date) -> str:
    """Return an instant as it is said: today, yesterday, or the date, with the local time."""
    local = at.astimezone()
    near = {0: tr("今天"), 1: tr("昨天")}.get((today - local.date()).days)
    return f"{near or local.date().isoformat()} {local:%H:%M}"


class StandingCard(QFrame):
    """The sentence that lets one sleep, or the one that says what to do."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._tile = Tile("shield-check", "off", 38, 19)
        self._title = label(tr("上一次备份"), "h3")
        self._note = label(tr("每天退出程序时自动备份"), "note")
        self._pill = Pill("", "off")
        self.sentence = label("", "", wrapped=True)
        head = row(self._tile, column(self._title, self._note, spacing=0), None, self._pill, spacing=10)
        self.setLayout(column(head, self.sentence, spacing=10, margins=16))

    def show_last(self, last: BackupRow | None, today: date) -> None:
        """Say when the last backup was made and whether it was opened again."""
        tone, words = ("ok", tr("已核对")) if last and last.is_verified else ("bad", tr("没有备份"))
        if last is None:
            text = tr("还没有备份过。电脑坏了，档案就没有了。请现在备份一次。")
        elif last.is_verified:
            when = day_and_time(last.at, today)
            text = tr("{when} 备份，随后打开核对过一遍，{n} 人的档案都完整。", when=when, n=last.persons)
        else:
            tone, words = "warn", tr("没有核对")
            text = tr("{when} 备份过，但没有核对成功，请再备份一次。", when=day_and_time(last.at, today))
        self._tile.set_look("shield-check" if tone == "ok" else "shield-alert", tone)
        self._pill.set_state(words, tone, "check" if tone == "ok" else "circle-alert")
        self.sentence.setText(text)


class StickCard(QFrame):
    """Sticks plugged in, each with a button; and any other folder."""

    def __init__(self, model: BackupsModel) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._model = model
        self._list = column(spacing=8)
        again = button("", "refresh-cw", "bare", small=True, name=tr("再找一次 U盘"), on_click=model.reload)
        self.folder = button(tr("选别的文件夹"), "folder-open", small=True, on_click=self._ask)
        self.folder.setEnabled(model.may_make)
        head = row(label(tr("再存一份到 U盘或移动硬盘"), "h3"), None, again)
        self.setLayout(column(head, self._list, row(self.folder, None), spacing=10, margins=16))
        model.sticks_known.connect(self._show)
        self._show(())

    def _show(self, sticks: tuple[Drive, ...]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for stick in sticks:
            self._list.addWidget(self._line(stick))
        if not sticks:
            text = tr("没有插着的 U盘。插上后按右上角的圆箭头。备份文件是加密的，丢了也读不出来。")
            self._list.addWidget(label(text, "small", wrapped=True))

    def _line(self, stick: Drive) -> QWidget:
        room = tr("还空 {n} GB", n=f"{stick.free_bytes / _GIB:.1f}")
        why = {"read_only": tr("写保护，换一个 U盘"), "full": tr("已满，换一个 U盘")}.get(stick.state, room)
        words = column(ElidedLabel(stick.label, "medium"), label(why, "note"), spacing=0)
        save = button(tr("备份到这里"), small=True, on_click=lambda: self._model.make(stick.path))
        save.setEnabled(self._model.may_make and stick.state == "ready")
        tone = "info" if stick.state == "ready" else "warn"
        return frame(row(Tile("usb", tone, 32, 16), (words, 1), save, spacing=10))

    def _ask(self) -> None:
        chosen = choose_folder(self.window(), tr("备份到哪个文件夹"))
        if chosen is not None:
            self._model.make(chosen)


class BackupsScreen(Screen):
    """The list at the left; standing, sticks and what a restore needs at the right."""

    title = tr("备份")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = BackupsModel(bench, self)
        self.make = button(tr("现在备份"), "database-backup", "primary", on_click=self.model.make)
        self.make.setEnabled(self.model.may_make)
        self.banner = Banner()
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(tr("正在备份"))
        self.busy.hide()
        self.table = self._table()
        self.list = RecordCard(self.table, row(label(tr("备份记录"), "h3"), None, self.busy))
        self.standing, self.sticks = StandingCard(), StickCard(self.model)
        side = frame(column(self.standing, self.sticks, self._restore_card(), None, spacing=12))
        head = PageHeader(tr("备份"), tr("备份文件同样加密，只有本站的密码或恢复码能打开"), (self.make,))
        self.set_page(page(head, self.banner, (row((self.list, 17), (side, 10), spacing=14), 1)))
        self._connect()

    def _connect(self) -> None:
        self.model.rows_known.connect(self._show)
        self.model.failed.connect(self.banner.say_failure)
        self.model.busy_changed.connect(self._show_busy)
        self.model.made.connect(self._say_made)

    def enter(self, **params: object) -> None:
        self.banner.say("info", "")
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.make

    def _table(self) -> RecordTable:
        today = self.bench.today()

        def look(found: BackupRow) -> tuple[str, str, str, str]:
            return "database-backup", "soft", day_and_time(found.at, today), Path(found.file).name

        columns = [
            Column(tr("时间和文件"), 0, lambda found: day_and_time(found.at, today), icon_cell(look)),
            Column(tr("存在哪里"), 200, _place, words_cell(_place), hide_below=640),
            Column(tr("人数"), 80, lambda found: tr("{n} 人", n=found.persons)),
            Column(tr("核对"), 110, lambda found: _check(found)[0], pill_cell(_check)),
        ]
        self._records = RecordsModel(columns, key=lambda found: found.file)
        return RecordTable(self._records, tr("备份记录"), row_height=52)

    @staticmethod
    def _restore_card() -> QWidget:
        needs: list[Item] = [
            label(tr("要恢复时需要三样"), "h3"),
            label(tr("备份文件、旁边同名的钥匙文件、本人的密码或信封里的恢复码。"), "small", wrapped=True),
            label(tr("材料的图片在旁边的 pieces 文件夹里，复制到别处时要一起带上。"), "small", wrapped=True),
            label(tr("恢复总是建一个新文件夹，不会盖掉现在的档案。"), "note", wrapped=True),
        ]
        return card(*needs, spacing=6)

    def _show(self, rows: tuple[BackupRow, ...]) -> None:
        self.standing.show_last(rows[0] if rows else None, self.bench.today())
        if rows:
            self.list.show_instead(None)
            self.table.show_records(rows)
        else:
            why = tr("备份是电脑坏掉时唯一的退路。")
            empty = EmptyState("database-backup", tr("还没有备份"), why, tr("现在备份"), self.model.make)
            self.list.show_instead(empty)
        self.list.set_footer(tr("共 {n} 次备份", n=len(rows)), "" if self.model.may_make else tr("您的角色不能备份"))

    def _show_busy(self, is_busy: bool) -> None:
        self.busy.setVisible(is_busy)
        self.make.setEnabled(self.model.may_make and not is_busy)
        self.make.setText(" " + (tr("正在备份…") if is_busy else tr("现在备份")))
        if is_busy:
            self.banner.say("info", "")

    def _say_made(self, done: BackupDone) -> None:
        if done.lost_pieces:
            words = tr("备份好了，但材料里有 {n} 页图片不见了或已损坏，没有备份到。", n=done.lost_pieces)
            self.banner.say("warn", words + tr("请打开这些材料，从以前的备份取回，或重新扫描。"))
            return
        self.banner.say("ok", tr("备份好了，打开核对过一遍，{n} 人的档案都完整。", n=done.persons))


def _place(found: BackupRow) -> str:
    return str(Path(found.file).parent)


def _check(found: BackupRow) -> tuple[str, str, str]:
    return (tr("已核对"), "ok", "check") if found.is_verified else (tr("没有核对"), "warn", "circle-alert")
