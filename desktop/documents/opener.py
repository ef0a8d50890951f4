"""Takes one file of unknown origin apart into pages; runs in a process of its own (see `unpacking`).

Standard input: a line of JSON with the limits, then the bytes of the file. Standard output: frames of a length in four
bytes, a header in JSON and the bytes of a page; the last header says {"end": pages} or {"fault": code}. Nothing else is
read or written: whatever a hostile file does to a decoder happens in here, with little memory and a clock running.
"""

from __future__ import annotations

import io
import json
import struct
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from desktop.confined import confine

if TYPE_CHECKING:
    from PIL.Image import Image

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_PDF_PASSWORD = 4
_ORIENTATION = 0x0112


class Fault(Exception):
    """Why the file is not taken: a code that the other side puts into words."""


def main() -> None:
    """Serve one file and end."""
    limits = json.loads(sys.stdin.buffer.readline())
    confine(limits["memory_bytes"], limits["seconds"])
    data, out = sys.stdin.buffer.read(), sys.stdout.buffer
    count = 0
    try:
        for width, height, media_type, page in _pages(data, limits):
            count += 1
            _send(out, {"width": width, "height": height, "media_type": media_type}, page)
        _send(out, {"end": count})
    except Fault as fault:
        _send(out, {"fault": str(fault), "page": count + 1})
    except MemoryError:
        _send(out, {"fault": "too_large", "page": count + 1})


def _send(out: BinaryIO, header: dict[str, object], page: bytes = b"") -> None:
    head = json.dumps(header | {"size": len(page)}).encode()
    out.write(struct.pack(">I", len(head)) + head + page)
    out.flush()


def _pages(data: bytes, limits: dict[str, Any]) -> Iterator[tuple[int, int, str, bytes]]:
    """Give each page as width, height, media type and bytes without anything but the picture."""
    if not data:
        raise Fault("empty")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise Fault("heic")
    taken = _pdf(data, limits) if b"%PDF-" in data[:1024] else _pictures(data, limits)
    for image in taken:
        yield _encoded(image, limits)


def _pdf(data: bytes, limits: dict[str, Any]) -> Iterator[Image]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise Fault("pdf_password" if error.err_code == _PDF_PASSWORD else "damaged") from None
    if not 1 <= count <= limits["file_pages"]:
        raise Fault("too_many_pages" if count else "damaged")
    for number in range(count):
        try:
            page = document[number]
            longest = max(page.get_size())
            if not 1 <= min(page.get_size()) <= longest < 1e6:
                raise Fault("damaged")
            scale = min(limits["pdf_dpi"] / 72, limits["long_side"] / longest)
            yield page.render(scale=scale, rev_byteorder=True).to_pil()
            page.close()
        except pypdfium2.PdfiumError:
            raise Fault("damaged") from None


def _pictures(data: bytes, limits: dict[str, Any]) -> Iterator[Image]:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit holds, and says so in our words
    try:
        source = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "TIFF"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Fault("unknown") from None
    count = _frames(source, limits)
    for number in range(count):
        try:
            source.seek(number)
            _refuse_huge(source, limits)
            source.load()
        except (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, KeyError, TypeError):
            raise Fault("damaged") from None
        yield source


def _frames(source: Any, limits: dict[str, Any]) -> int:
    """Count the pages: several in a TIFF only; what else a telephone hides in a JPEG is no page."""
    if source.format != "TIFF":
        return 1
    try:
        for number in range(limits["file_pages"] + 1):
            source.seek(number)
    except EOFError:
        source.seek(0)
        return number
    except (OSError, SyntaxError, ValueError, struct.error, KeyError, TypeError):
        raise Fault("damaged") from None
    raise Fault("too_many_pages")


def _refuse_huge(source: Any, limits: dict[str, Any]) -> None:
    """Look at the size the header claims before anything is unpacked; a JPEG can be unpacked smaller than it is."""
    width, height = source.size
    if source.format in ("JPEG", "MPO") and width * height <= 2 * limits["pixels"]:
        source.draft(None, (limits["long_side"], limits["long_side"]))
        width, height = source.size
    if width * height > limits["pixels"]:
        raise Fault("too_large")
    if min(width, height) < limits["least_side"]:
        raise Fault("too_small")


def _encoded(source: Image, limits: dict[str, Any]) -> tuple[int, int, str, bytes]:
    """Make the page upright, plain and no larger than is needed; strip everything that is not picture."""
    image = _fitted(_plain(source), limits["long_side"])
    image = _upright(image, source)
    image.info.clear()
    out = io.BytesIO()
    if image.mode == "1":
        image.save(out, "PNG", optimize=True)
        return *image.size, "image/png", out.getvalue()
    image.save(out, "JPEG", quality=limits["jpeg"], subsampling=0)
    return *image.size, "image/jpeg", out.getvalue()


def _plain(source: Image) -> Image:
    """Return the picture in colour, grey or black and white, on white where it is transparent."""
    from PIL import Image

    if source.mode.startswith("I"):
        return source.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if source.mode in ("1", "L", "RGB"):
        return source
    if "transparency" in source.info or source.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        layer = source.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    try:
        return source.convert("RGB")
    except ValueError:
        raise Fault("damaged") from None


def _fitted(image: Image, long_side: int) -> Image:
    """Return the picture with at most so many pixels on its longer side."""
    from PIL import Image

    longest = max(image.size)
    if longest <= long_side:
        return image.copy()
    size = tuple(max(1, round(side * long_side / longest)) for side in image.size)
    return (image.convert("L") if image.mode == "1" else image).resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _upright(image: Image, source: Image) -> Image:
    """Turn the picture as its camera says; a note that cannot be read turns nothing."""
    from PIL import Image

    ways = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }  # fmt: skip
    try:
        way = ways.get(source.getexif().get(_ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, struct.error, KeyError, TypeError, IndexError):
        return image
    return image if way is None else image.transpose(way)


if __name__ == "__main__":
    main()
