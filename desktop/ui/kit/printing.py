"""Printing through Qt, for systems without `lp`; stands behind the interface of devices/printers."""

from __future__ import annotations

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from desktop.errors import OperationalError
from desktop.i18n import tr

_DPI = 300


class QtPrinting:
    """Draws each page of the PDF as a picture at 300 dpi on the whole sheet; margins are in the PDF."""

    def names(self) -> list[str]:
        """Return the printers, the usual one first."""
        usual = QPrinterInfo.defaultPrinterName()
        return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: name != usual)

    def send(self, pdf: bytes, printer: str, copies: int) -> None:
        """Print the PDF; raises OperationalError when the printer does not take it."""
        from desktop.documents import pages

        device = QPrinter(QPrinter.PrinterMode.HighResolution)
        device.setPrinterName(printer)
        device.setResolution(_DPI)
        device.setFullPage(True)
        device.setCopyCount(copies)
        device.setPageLayout(
            QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
        )
        self.draw(pages.page_images(pdf, _DPI), device)

    @staticmethod
    def draw(images: list[tuple[int, int, bytes]], device: QPrinter) -> None:
        """Draw page pictures onto a printer, one a sheet."""
        painter = QPainter()
        if not painter.begin(device):
            raise OperationalError(
                "io_error", tr("打印机没有回应，文书没有打印。"), tr("请看电源和纸；文书已存好，可以再打一次。")
            )
        sheet = QRectF(device.pageLayout().fullRectPixels(_DPI))
        for number, (width, height, rgb) in enumerate(images):
            if number:
                device.newPage()
            painter.drawImage(sheet, QImage(rgb, width, height, width * 3, QImage.Format.Format_RGB888))
        painter.end()
