"""Pages of papers and photos as this program encoded them: turned, cropped, in grey, smaller, and as a PDF to print.

Opens clean pages only (see `unpacking`), never a file that somebody brought.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desktop.documents.pages import PDFIUM
from desktop.documents.unpacking import CleanPage
from desktop.mainthread import assert_slow_work_allowed

if TYPE_CHECKING:
    from PIL.Image import Image

Crop = tuple[float, float, float, float]
WHOLE: Crop = (0.0, 0.0, 1.0, 1.0)
_SHADOW = 25  # how much darker than its surroundings ink is, of 255
_A4 = (595.28, 841.89)  # points
_MARGIN = 14.0
_JPEG = b"\xff\xd8"


@dataclass(frozen=True)
class Look:
    """What is done to a page: quarter turns clockwise, the part kept (of the turned page), colour, grey or bw."""

    turns: int = 0
    crop: Crop = WHOLE
    colour: str = "colour"


@dataclass(frozen=True)
class Drawn:
    """A picture as RGB bytes, row by row without padding."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


def drawn(data: bytes, look: Look, most: int) -> Drawn:
    """Return a page as it would look, at most so many pixels long; quick for small ones."""
    assert_slow_work_allowed("pictures")
    image = _smaller(_changed(_opened(data, most), look), most).convert("RGB")
    return Drawn(image.width, image.height, image.tobytes())


def finished(data: bytes, look: Look, quality: Mapping[str, Any]) -> CleanPage:
    """Return a page to keep: changed, no longer than `long_side`, as JPEG of a quality or as PNG in black and white."""
    assert_slow_work_allowed("pictures")
    image = _opened(data)
    if image.mode == "1" and look.colour != "bw":
        look = Look(look.turns, look.crop, "grey")
    image = _changed(image, look, quality["long_side"])
    image.info.clear()
    out = io.BytesIO()
    if image.mode == "1":
        image.save(out, "PNG", optimize=True)
    else:
        image.save(out, "JPEG", quality=quality["jpeg"], optimize=True)
    return CleanPage(image.width, image.height, "image/png" if image.mode == "1" else "image/jpeg", out.getvalue())


def pdf(pages: Iterable[bytes], is_for_printer: bool = False) -> bytes:
    """Return the pages on A4; a printer gets wide ones turned onto an upright sheet, a file gets a wide sheet."""
    assert_slow_work_allowed("pictures")
    import pypdfium2

    out = io.BytesIO()
    with PDFIUM, pypdfium2.PdfDocument.new() as document:
        for data in pages:
            _lay(document, data, is_for_printer)
        document.save(out)
    return out.getvalue()


def _lay(document: Any, data: bytes, is_for_printer: bool) -> None:
    """Put one picture on a sheet of its own, in the middle; a JPEG goes in as it is."""
    import pypdfium2

    wide, high = _opened(data).size
    is_wide = wide > high
    area = (_A4[1], _A4[0]) if is_wide else _A4
    page = document.new_page(*(_A4 if is_for_printer else area))
    scale = min((area[0] - 2 * _MARGIN) / wide, (area[1] - 2 * _MARGIN) / high)
    place = pypdfium2.PdfMatrix().scale(wide * scale, high * scale)
    place = place.translate((area[0] - wide * scale) / 2, (area[1] - high * scale) / 2)
    if is_wide and is_for_printer:
        place = place.rotate(90, ccw=True).translate(_A4[0], 0)
    picture = pypdfium2.PdfImage.new(document)
    if data.startswith(_JPEG):
        picture.load_jpeg(io.BytesIO(data), inline=True)
    else:
        picture.set_bitmap(pypdfium2.PdfBitmap.from_pil(_opened(data).convert("L")))
    picture.set_matrix(place)
    page.insert_obj(picture)
    page.gen_content()
    page.close()


def _opened(data: bytes, most: int = 0) -> Image:
    from PIL import Image

    image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    if most:
        image.draft(None, (most, most))  # a JPEG is unpacked at a half, a quarter or an eighth
    return image


def _changed(image: Image, look: Look, most: int = 0) -> Image:
    from PIL import Image

    ways = (None, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)
    way = ways[look.turns % 4]
    if way is not None:
        image = image.transpose(way)
    if look.crop != WHOLE:
        image = image.crop(_box(image.size, look.crop))
    if look.colour == "grey" or (look.colour == "bw" and image.mode != "1"):
        image = image.convert("L")
    if most:
        image = _smaller(image, most)
    return _inked(image) if look.colour == "bw" and image.mode != "1" else image


def _box(size: tuple[int, int], crop: Crop) -> tuple[int, int, int, int]:
    """Return the part in pixels, at least one in each direction."""
    left, top, right, bottom = (round(min(max(part, 0.0), 1.0) * size[place % 2]) for place, part in enumerate(crop))
    left, top = min(left, size[0] - 1), min(top, size[1] - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _smaller(image: Image, most: int) -> Image:
    from PIL import Image

    longest = max(image.size)
    if longest <= most:
        return image
    size = (max(1, round(image.width * most / longest)), max(1, round(image.height * most / longest)))
    return (image.convert("L") if image.mode == "1" else image).resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _inked(grey: Image) -> Image:
    """Return black ink on white: what is clearly darker than its surroundings, so that a shadow on the paper goes."""
    from PIL import ImageChops, ImageFilter

    small = grey.resize((max(1, grey.width // 8), max(1, grey.height // 8)))
    around = small.filter(ImageFilter.MedianFilter(9)).filter(ImageFilter.GaussianBlur(6)).resize(grey.size)
    return ImageChops.subtract(around, grey).point(lambda darker: 0 if darker > _SHADOW else 255, "1")
