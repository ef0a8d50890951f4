"""Pictures and PDFs as people bring them: made here, so that no real paper is in a test."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageDraw
from pypdfium2 import PdfDocument


def picture(width: int = 600, height: int = 800, mode: str = "RGB", **marks: Any) -> Image.Image:
    """Return a page with a black corner at the upper left, so that turning shows."""
    image = Image.new("RGB", (width, height), marks.get("ground", "white"))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 3, height // 4), fill="black")
    for line in range(height // 3, height - 20, 24):
        draw.line((20, line, width - 20, line), fill=marks.get("ink", (40, 40, 160)), width=3)
    return image.convert(mode)


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(width: int = 600, height: int = 800, **options: Any) -> bytes:
    """Return a page as a camera would store it."""
    return encoded(picture(width, height), "JPEG", quality=85, **options)


def noisy(width: int, height: int, seed: int = 1) -> bytes:
    """Return a JPEG that does not compress well, as a photographed paper does not."""
    chance = random.Random(seed)
    image = Image.frombytes("L", (width, height), chance.randbytes(width * height)).convert("RGB")
    return encoded(image, "JPEG", quality=80)


def tiff(pages: int) -> bytes:
    """Return a TIFF as a scanner makes it, one page after the other, each with its number as black squares."""
    images = []
    for number in range(pages):
        image = Image.new("1", (400, 500), 1)
        ImageDraw.Draw(image).rectangle((10, 10, 30 + 20 * number, 60), fill=0)
        images.append(image)
    out = io.BytesIO()
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:], compression="group4")
    return out.getvalue()


def pdf(pages: int, size: tuple[float, float] = (200, 300)) -> bytes:
    """Return a PDF of empty pages."""
    with PdfDocument.new() as document:
        for _ in range(pages):
            document.new_page(*size)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()
