"""Printing through Qt puts each page of the PDF on one sheet, margins and all."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from desktop.errors import OperationalError
from desktop.ui.kit.printing import QtPrinting


def page(shade: int) -> tuple[int, int, bytes]:
    width, height = 248, 351
    return width, height, bytes((shade, 0, 0)) * (width * height)


def device(target: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(target))
    printer.setFullPage(True)
    printer.setResolution(300)
    return printer


def test_two_pages_become_two_full_sheets(qapp: QApplication, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    QtPrinting.draw([page(200), page(90)], device(target))
    with pypdfium2.PdfDocument(target) as printed:
        assert len(printed) == 2
        shades = [printed[number].render(scale=0.2).to_pil().getpixel((2, 2))[0] for number in range(2)]
    assert shades == [pytest.approx(200, abs=4), pytest.approx(90, abs=4)]


def test_printer_that_does_not_answer_is_said_in_words(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(OperationalError) as caught:
        QtPrinting.draw([page(10)], device(tmp_path / "no such folder" / "out.pdf"))
    assert "没有打印" in caught.value.message
