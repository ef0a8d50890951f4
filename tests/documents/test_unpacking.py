"""Files that strangers bring: taken apart into clean pages, or refused in one sentence, with bounded memory."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from desktop.documents import opener
from desktop.documents.unpacking import CleanPage, Stopped, Unpacking
from desktop.errors import ValidationError
from desktop.services.trays import limits
from tests import papers

# In a process of its own: the system tells the greatest peak of all children there ever were,
# and each begins as big as its parent.
_PEAK = """
import resource
from tests.documents import test_unpacking
test_unpacking._pages_or_sentence(test_unpacking._pdf_bomb(40_000))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def unpacked(data: bytes, **changes: Any) -> list[CleanPage]:
    return list(Unpacking({**limits(), **changes}).pages(data))


def refused(data: bytes, **changes: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        unpacked(data, **changes)
    assert caught.value.remedy
    assert "没有收入" in caught.value.message
    return caught.value.code.removeprefix("picture_")


def corner_is_dark(page: CleanPage, x: float, y: float) -> bool:
    image = Image.open(io.BytesIO(page.data)).convert("L")
    return image.getpixel((round(x * (image.width - 1)), round(y * (image.height - 1)))) < 100  # type: ignore[operator]


def png(width: int, height: int, data: bytes = b"", bits: int = 8, colour: int = 0) -> bytes:
    """Return a PNG whose header says what it likes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


class TestPages:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
    def test_each_form_gives_the_picture(self, form: str) -> None:
        (page,) = unpacked(papers.encoded(papers.picture(), form))
        assert (page.width, page.height, page.media_type) == (600, 800, "image/jpeg")
        assert corner_is_dark(page, 0.05, 0.05)
        assert not corner_is_dark(page, 0.95, 0.05)

    @pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG"])
    def test_a_camera_held_sideways_is_put_upright_once(self, form: str) -> None:
        lying = papers.picture().transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = 6
        (page,) = unpacked(papers.encoded(lying, form, exif=exif))
        assert (page.width, page.height) == (600, 800)
        assert corner_is_dark(page, 0.05, 0.05)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "YCbCr"])
    def test_every_kind_of_colour(self, mode: str) -> None:
        form = "TIFF" if mode in ("CMYK", "I;16", "YCbCr") else "PNG"
        image = (
            papers.picture() if mode != "I;16" else papers.picture(mode="L").convert("I;16").point(lambda v: v * 256)
        )
        (page,) = unpacked(papers.encoded(image if mode == "I;16" else image.convert(mode), form))
        assert corner_is_dark(page, 0.05, 0.05)
        assert not corner_is_dark(page, 0.95, 0.05)

    def test_what_is_transparent_becomes_white(self) -> None:
        (page,) = unpacked(papers.encoded(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG"))
        assert not corner_is_dark(page, 0.5, 0.5)

    def test_the_pages_of_a_tiff_and_of_a_pdf_come_in_order(self) -> None:
        assert len(unpacked(papers.tiff(5))) == 5
        pages = unpacked(papers.pdf(3))
        assert [(page.width, page.height) for page in pages] == [(834, 1250)] * 3

    def test_place_camera_and_comment_are_stripped(self) -> None:
        exif = Image.Exif()
        exif[0x010F] = "SecretCamera"
        exif.get_ifd(0x8825)[1] = "N"
        data = papers.encoded(papers.picture(), "JPEG", exif=exif, comment=b"SecretComment", dpi=(300, 300))
        assert b"SecretCamera" in data
        (page,) = unpacked(data)
        assert b"Secret" not in page.data
        assert b"Exif" not in page.data
        assert dict(Image.open(io.BytesIO(page.data)).getexif()) == {}

    def test_a_large_photo_is_no_larger_than_a_page_needs(self) -> None:
        (page,) = unpacked(papers.jpeg(8000, 6000))
        assert max(page.width, page.height) == limits()["long_side"]


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"", "empty"),
            (b"hello", "unknown"),
            (b"\xff\xd8\xff\xe0", "unknown"),
            (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 80, "heic"),
            (b"%PDF-1.7\nnothing more", "damaged"),
            (b"PK\x03\x04" + b"\x00" * 100, "unknown"),
            (b"GIF89a" + b"\x00" * 100, "unknown"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown"),
            (png(60000, 60000, b"\x00" * 1000), "too_large"),
            (png(2_000_000_000, 1), "too_large"),
            (png(5000, 5000, b"\x00" * 1000), "damaged"),
            (png(3, 3, b"\x00" * 12), "too_small"),
            (papers.jpeg()[:4000], "damaged"),
            (papers.encoded(papers.picture(), "PNG")[:2000], "damaged"),
            (papers.tiff(2)[:300], "damaged"),
        ],
    )
    def test_one_sentence(self, data: bytes, why: str) -> None:
        assert refused(data) in ({why, "unknown"} if why == "damaged" else {why})

    def test_a_pdf_with_a_password(self) -> None:
        out = io.BytesIO()
        canvas = Canvas(out, encrypt=StandardEncryption("secret"))
        canvas.drawString(100, 100, "x")
        canvas.save()
        assert refused(out.getvalue()) == "pdf_password"

    def test_ten_thousand_pages_and_a_file_that_is_too_long(self) -> None:
        assert refused(papers.pdf(10_000, (10, 10))) == "too_many_pages"
        assert refused(papers.tiff(12), file_pages=10) == "too_many_pages"
        assert refused(papers.jpeg(), file_bytes=1000) == "too_large"

    def test_a_file_that_never_ends_is_stopped_by_the_clock(self) -> None:
        assert refused(papers.tiff(150), seconds=0.01) == "damaged"

    def test_a_jpeg_with_a_false_header_and_a_picture_behind_a_pdf(self) -> None:
        data = bytearray(papers.jpeg())
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
        assert refused(bytes(data)) in ("too_large", "damaged")
        polyglot = papers.jpeg() + b"\n" + papers.pdf(2)
        assert len(unpacked(polyglot)) == 1

    def test_a_page_as_large_as_a_country_and_a_script_do_no_harm(self) -> None:
        (page,) = unpacked(papers.pdf(1, (14400, 14400)))
        assert max(page.width, page.height) == limits()["long_side"]
        out = io.BytesIO()
        canvas = Canvas(out)
        canvas.drawString(100, 100, "x")
        canvas.save()
        script = out.getvalue().replace(
            b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (while\\(1\\){}) >>"
        )
        assert b"JavaScript" in script
        assert len(unpacked(script)) == 1

    def test_a_bomb_is_bounded(self) -> None:
        """A picture of 1.6 milliard pixels in a small PDF, and text chunks that unpack without end."""
        done = subprocess.run([sys.executable, "-c", _PEAK], stdout=subprocess.PIPE, check=True)
        assert 0 < int(done.stdout) * 1024 <= limits()["memory_bytes"]

    @settings(max_examples=15)
    @given(
        st.integers(min_value=0), st.binary(min_size=1, max_size=40), st.sampled_from(["JPEG", "PNG", "TIFF", "PDF"])
    )
    def test_damaged_files_end_in_pages_or_in_one_sentence(self, place: int, noise: bytes, form: str) -> None:
        good = {"PDF": papers.pdf(1), "TIFF": papers.tiff(2)}.get(form) or papers.encoded(papers.picture(), form)
        at = place % len(good)
        data = good[:at] + noise + good[at + len(noise) :]
        _pages_or_sentence(data)


def _pages_or_sentence(data: bytes) -> None:
    try:
        pages = unpacked(data)
    except ValidationError as fault:
        remedy = fault.remedy
    else:
        assert pages
        return
    assert remedy


def _pdf_bomb(side: int) -> bytes:
    """Return a small PDF with one enormous black picture."""
    row = zlib.compressobj(9)
    packed = b"".join(row.compress(bytes(side * 500)) for _ in range(side // 500)) + row.flush()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
            b" /Resources << /XObject << /I 5 0 R >> >> >>"
        ),
        b"<< /Length 27 >>\nstream\n600 0 0 800 0 0 cm /I Do    \nendstream",
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray"
        b" /Filter /FlateDecode /Length %d >>\nstream\n" % (side, side, len(packed)) + packed + b"\nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + end


class TestStopping:
    def test_stopped_between_pages(self) -> None:
        work = Unpacking(limits())
        pages = work.pages(papers.tiff(100))
        next(pages)
        work.stop()
        with pytest.raises(Stopped):
            list(pages)

    def test_stopped_before_it_began(self) -> None:
        work = Unpacking(limits())
        work.stop()
        with pytest.raises(Stopped):
            list(work.pages(papers.jpeg()))

    def test_no_process_is_left(self) -> None:
        work = Unpacking(limits())
        pages = work.pages(papers.tiff(100))
        next(pages)
        pages.close()  # type: ignore[attr-defined]
        assert work._process is not None
        assert work._process.returncode is not None


def test_the_other_side_reads_nothing_but_its_input() -> None:
    """What runs on a stranger's file imports neither the store nor the keys."""
    from pathlib import Path

    words = Path(opener.__file__).read_text()
    assert "desktop.store" not in words
    assert "desktop.vault" not in words
    assert "open(" not in words.replace("Image.open(", "")
