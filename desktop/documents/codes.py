"""QR codes on a picture of a page, read as a scanner's picture will be."""

from __future__ import annotations

from desktop.documents.pages import Picture
from desktop.mainthread import assert_slow_work_allowed


def read(picture: Picture) -> tuple[str, ...]:
    """Return what the QR codes on a picture say. Not on the window's thread."""
    assert_slow_work_allowed("documents")
    import zxingcpp

    width, height, raw = picture
    pixels = memoryview(raw).cast("B", shape=(height, width, 3))
    wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return tuple(code.text for code in zxingcpp.read_barcodes(pixels, formats=wanted))
