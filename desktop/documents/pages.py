"""Pages of a PDF as pictures for the preview, the same engine on every system."""

from __future__ import annotations

import threading
from typing import Any

from desktop.mainthread import assert_slow_work_allowed

PDFIUM = threading.Lock()
"""PDFium is not thread-safe: one at a time."""

Picture = tuple[int, int, bytes]


def page_count(pdf: bytes) -> int:
    """Return the number of pages."""
    import pypdfium2

    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page, as a reader of PDF finds and copies it. Not on the window's thread."""
    assert_slow_work_allowed("documents")
    import pypdfium2

    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return [_text(document, number) for number in range(len(document))]


def page_images(pdf: bytes, dpi: int = 110) -> list[Picture]:
    """Return each page as (width, height, RGB bytes, row by row without padding). Not on the window's thread."""
    assert_slow_work_allowed("documents")
    import pypdfium2

    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return [_picture(document, number, dpi) for number in range(len(document))]


def _text(document: Any, number: int) -> str:
    page = document[number]
    words = page.get_textpage()
    try:
        return str(words.get_text_range())
    finally:
        words.close()
        page.close()


def _picture(document: Any, number: int, dpi: int) -> Picture:
    """Draw one page; everything of PDFium is closed here, inside the lock, not whenever the collector comes by."""
    page = document[number]
    bitmap = page.render(scale=dpi / 72, rev_byteorder=True)
    try:
        raw, row = bytes(bitmap.buffer), bitmap.width * 3
        if bitmap.stride != row:
            raw = b"".join(raw[at : at + row] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
        return bitmap.width, bitmap.height, raw
    finally:
        bitmap.close()
        page.close()
