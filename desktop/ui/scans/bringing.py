"""What people bring to a window: files dragged onto it, and what lies in the clipboard; nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from desktop.services.scans import Source

KINDS = "*.jpg *.jpeg *.png *.tif *.tiff *.pdf"


def files_of(data: QMimeData) -> tuple[Path, ...]:
    """Return the files of this PC that are dragged or copied."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


def clipboard() -> tuple[Source, ...]:
    """Return the files or the picture in the clipboard."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if data is None:  # an empty clipboard has no data at all
        return ()
    if files := files_of(data):
        return files
    image = data.imageData() if data.hasImage() else None
    return (png_of(image),) if isinstance(image, QImage) and not image.isNull() else ()


def png_of(image: QImage) -> bytes:
    """Return a picture as the bytes of a file, in memory."""
    held = QByteArray()
    out = QBuffer(held)
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(out, "PNG")  # type: ignore[call-overload]  # the stubs know no device
    return bytes(held.data())


class DropPlace(QWidget):
    """A widget onto which files may be dragged."""

    def __init__(self, take: Callable[[tuple[Path, ...]], object]) -> None:
        super().__init__()
        self._take = take
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = files_of(event.mimeData())
        if files:
            event.acceptProposedAction()
            self._take(files)
