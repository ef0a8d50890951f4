"""Handing a bundle over in four steps: stick, content, writing, done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import label_of
from desktop.services.sync import Drive, Exported, ExportPreview
from desktop.ui.kit.basics import IconLabel, KeyHints, Pill, Tile, button, label
from desktop.ui.kit.files import choose_folder
from desktop.ui.kit.layouts import card, column, frame, row, scroll, separator
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.steps import Steps
from desktop.ui.kit.theme import px
from desktop.ui.sync.stick import StickArt
from desktop.ui.sync.viewmodel import HandOverViewModel

_GIB = 1024**3
STICK, CONTENT, WRITING, DONE = range(4)


class HandOverWizard(QFrame):
    """Enter goes on, Esc leaves; nothing is marked as handed over until a receipt comes back."""

    left = Signal()

    def __init__(self, model: HandOverViewModel) -> None:
        super().__init__()
        self._model = model
        self.step = STICK
        self.steps = Steps((tr("插入 U盘"), tr("核对内容"), tr("写入并读回核对"), tr("拔出、等回执")))
        self.art, self.title, self.why = StickArt(), label("", "h2"), label("", "sub", wrapped=True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.banner = Banner()
        self._places, self._facts = column(spacing=8), column(spacing=8)
        self.next = button(tr("下一步"), "arrow-right", "primary", on_click=self.go_on)
        self.leave = button(tr("先不交了"), on_click=self.left.emit)
        self.folder = button(tr("选别的文件夹"), "folder-open", small=True, on_click=self._ask_folder)
        self.again = button(tr("再找一次"), "refresh-cw", small=True, on_click=model.look_for_drives)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("正在写入"))
        self._lay_out()
        for key in ("Return", "Enter"):
            on = QShortcut(QKeySequence(key), self)
            on.activated.connect(self.next.click)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.leave.click)
        model.drives_known.connect(self._show_drives)
        model.previewed.connect(self._show_content)
        model.exported.connect(self._show_done)
        for trouble in (model.refused, model.failed):
            trouble.connect(self._say_failure)

    def begin(self) -> None:
        """Start from the first step."""
        self._model.folder = self._model.last = None
        self.banner.say("info", "")
        self._turn(STICK)
        self._model.look_for_drives()
        self._model.look_at_content()

    def go_on(self) -> None:
        """Go to the next step; from the second one the bundle is written."""
        if self.step == STICK:
            self._turn(CONTENT)
        elif self.step == CONTENT:
            self._turn(WRITING)
            self._model.export()
        elif self.step == DONE:
            self.left.emit()

    def _lay_out(self) -> None:
        picture = column(None, (self.art, 4), row(None, self.title, None), self.why, self.progress, None)
        where = row(self.folder, self.again, None, spacing=8)
        self._side = frame(
            column(self._places, where, separator(), label(tr("这次带走什么"), "h3"), self._facts, None, spacing=12)
        )
        hints = KeyHints([(("Enter",), tr("下一步")), (("Esc",), tr("先不交了"))])
        foot = row((hints, 1), self.leave, self.next, spacing=10)
        side = scroll(self._side)
        side.setMinimumWidth(px(420))
        body = row((frame(picture), 1), separator(is_vertical=True), (side, 1), spacing=24)
        inner = card(
            self.steps, separator(), self.banner, (body, 1), separator(), foot, spacing=14, margins=(24, 16, 24, 14)
        )
        self.setLayout(column((inner, 1), spacing=0))

    def _turn(self, step: int) -> None:
        self.step = step
        self.steps.set_current(step)
        self.progress.setVisible(step == WRITING)
        words = {STICK: tr("下一步：核对内容"), CONTENT: tr("写到 U盘"), WRITING: tr("正在写入……"), DONE: tr("完成")}
        self.next.setText(f" {words[step]}")
        self.next.setAccessibleName(words[step])
        self.next.setEnabled(step != WRITING and (step == DONE or self._model.folder is not None))
        self.leave.setVisible(step in (STICK, CONTENT))
        for each in (self.folder, self.again):
            each.setVisible(step == STICK)
        if step == CONTENT:
            self._say("ready", tr("请核对右边的内容"), tr("没有同意提供给民政的人，只计数，不带姓名和资料。"))
        elif step == WRITING:
            self._say("writing", tr("正在写入并读回核对"), tr("请不要拔出 U盘。"))

    def _say(self, state: str, title: str, why: str) -> None:
        self.art.set_state(state, title)
        self.title.setText(title)
        self.why.setText(why)

    def _show_drives(self, drives: Sequence[Drive]) -> None:
        if self.step != STICK:
            return
        _empty(self._places)
        for drive in drives:
            self._places.addWidget(self._place(drive.path, drive.label, drive.state, drive.free_bytes))
        chosen = self._model.folder
        if chosen is not None and chosen not in [drive.path for drive in drives]:
            self._places.addWidget(self._place(chosen, str(chosen), "ready", None))
        self._say_found(drives)
        self._turn(STICK)

    def _say_found(self, drives: Sequence[Drive]) -> None:
        ready = [drive for drive in drives if drive.state == "ready"]
        if self._model.folder is not None:
            self._say("ready", tr("找到地方了，可以用"), tr("请在整个过程中不要拔出。"))
        elif len(ready) > 1:
            self._say("ready", tr("找到 {n} 个 U盘，请选一个", n=len(ready)), tr("点右边“用这个”。"))
        elif drives:
            state = drives[0].state
            why = (
                tr("U盘是写保护的，请拨开写保护开关。") if state == "read_only" else tr("U盘满了，请换一个或清理一下。")
            )
            self._say(state, tr("这个 U盘写不进去"), why)
        else:
            self._say("none", tr("没有找到 U盘"), tr("插上 U盘后点“再找一次”，也可以选一个文件夹。"))

    def _place(self, path: Path, name: str, state: str, free: int | None) -> QWidget:
        is_chosen = path == self._model.folder
        looks = {
            "ready": (tr("可以写"), "ok", "check"),
            "read_only": (tr("写保护"), "warn", "lock"),
            "full": (tr("满了"), "bad", "x"),
        }
        room = tr("还能放 {n} GB", n=f"{free / _GIB:.1f}") if free is not None else tr("文件夹")
        words = column(label(name, "h3"), label(room, "note"), spacing=1)
        use = button(tr("用这个"), small=True, on_click=partial(self.use, path))
        use.setVisible(state == "ready" and not is_chosen)
        mark = Pill(tr("就用这个"), "ok", "check") if is_chosen else Pill(*looks.get(state, looks["full"]))
        return card(row(Tile("usb", "soft", 36, 18), (words, 1), mark, use, spacing=10), margins=12, role="tile")

    def use(self, path: Path) -> None:
        """Take this stick or folder."""
        self._model.folder = path
        self._model.look_for_drives()

    def _ask_folder(self) -> None:
        chosen = choose_folder(self, tr("把交接包写到哪里"))
        if chosen is not None:
            self.use(chosen)

    def _show_content(self, content: ExportPreview) -> None:
        _empty(self._facts)
        facts = [
            ("users", tr("服务对象"), tr("{n} 人有变化，共 {m} 条", n=content.persons, m=content.changes)),
            ("eye-off", tr("不带姓名"), tr("{n} 人没有同意提供给民政，只计数", n=content.withheld_persons)),
            ("list-checks", tr("内容"), "、".join(content.kinds) or tr("没有新的变化，交一个空包报平安")),
            ("ban", tr("不带的"), tr("家访记录原文、照片、备注、扫描件")),
            (
                "landmark",
                tr("交给"),
                tr("{hub}（依据：{basis}）", hub=content.hub_name, basis=label_of("legal_basis", content.legal_basis)),
            ),
            ("lock", tr("加密"), tr("只有县民政局能打开，丢了也看不到")),
        ]
        for icon, name, words in facts:
            title = label(name, "small")
            title.setFixedWidth(px(72))
            self._facts.addLayout(
                row(IconLabel(icon, "text3", 16), title, (label(words, "", wrapped=True), 1), spacing=8)
            )

    def _show_done(self, exported: Exported) -> None:
        self._turn(DONE)
        why = tr("第 {n} 包，{persons} 人 {changes} 条；县里收下后会把回执写回来。",
                 n=exported.seq, persons=exported.persons, changes=exported.changes)  # fmt: skip
        self._say("done", tr("已写好，并读回核对过"), why)
        self.banner.say("ok", tr("现在可以拔出 U盘。文件：{name}", name=exported.file.name))

    def _say_failure(self, trouble: KangyiError) -> None:
        if self.step == WRITING:
            self._turn(CONTENT)
            self._say("failed", tr("没有写成"), tr("本站的数据没有受影响，换一个 U盘再写一次就行。"))
        self.banner.say_failure(trouble)


def _empty(layout: object) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:  # type: ignore[attr-defined]
        if item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()
        elif item.layout() is not None:
            _empty(item.layout())
