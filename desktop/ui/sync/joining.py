"""Joining the county's hub: a request on a stick, a fingerprint by telephone, a certificate back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.ui.kit.basics import IconLabel, Tile, button, label
from desktop.ui.kit.files import choose_file, choose_folder
from desktop.ui.kit.layouts import card, column, row
from desktop.ui.kit.messages import Banner
from desktop.ui.sync.viewmodel import SyncViewModel


class JoiningPanel(QWidget):
    """Three numbered steps; the fingerprint is read out by telephone so that nobody in between can swap the keys."""

    def __init__(self, model: SyncViewModel) -> None:
        super().__init__()
        self._model = model
        self.fingerprint = label("", "h2")
        self.done = Banner("ok", "")
        self.write = button(tr("写申请文件"), "usb", "primary", on_click=self._ask_folder)
        self.take = button(tr("导入县里的证书"), "package-check", on_click=self._ask_certificate)
        for each in (self.write, self.take):
            each.setEnabled(model.bench.may("sync.enrol"))
        steps = (
            (tr("把申请文件交给县民政局"), tr("文件里只有本站的公开信息，没有任何服务对象的资料。"), self.write),
            (tr("电话核对指纹"), tr("县里打电话来时，逐组念给对方听，两边一样才算数。"), self.fingerprint),
            (tr("导入县里给的证书"), tr("导入后就可以交接；数据只有县民政局能打开。"), self.take),
        )
        rows = [self._step(place + 1, *step) for place, step in enumerate(steps)]
        title = label(tr("还没有和县民政局建立交接关系"), "h2")
        once = label(tr("只需办一次，以后每次插上U盘就能交接。"), "sub")
        head = row(Tile("handshake", "soft", 40, 20), column(title, once, spacing=2), None, spacing=12)
        body = card(head, self.done, *rows, None, spacing=16, margins=24)
        self.setLayout(column((body, 1), spacing=0))
        model.request_written.connect(self._say_written)

    def show_fingerprint(self, fingerprint: str) -> None:
        """Show the fingerprint of this PC."""
        self.fingerprint.setText(fingerprint)
        self.fingerprint.setAccessibleName(tr("本站指纹 {fingerprint}", fingerprint=fingerprint))

    def _step(self, number: int, title: str, why: str, action: QWidget) -> QWidget:
        icon = IconLabel("circle", "link", 18)
        words = column(
            label(tr("{n}. {title}", n=number, title=title), "h3"), label(why, "sub", wrapped=True), spacing=3
        )
        return card(row(icon, (words, 1), action, spacing=12), margins=14, role="tile")

    def _ask_folder(self) -> None:
        chosen = choose_folder(self, tr("申请文件写到哪里"))
        if chosen is not None:
            self._model.write_request(chosen)

    def _ask_certificate(self) -> None:
        chosen = choose_file(self, tr("县里给的证书"), tr("证书 (*.kyc)"))
        if chosen is not None:
            self._model.enrol(chosen)

    def _say_written(self, file: Path, fingerprint: str) -> None:
        self.show_fingerprint(fingerprint)
        self.done.say("ok", tr("申请文件已写好：{name}", name=file.name))
