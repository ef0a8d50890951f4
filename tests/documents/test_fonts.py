"""Every character of a name is printed, found again, and comes from a font that travels inside the PDF."""

import logging
import subprocess
from pathlib import Path

import pytest

from desktop.documents import papers, style
from tests.documents import samples


@pytest.fixture(scope="module")
def rare() -> bytes:
    """A consent of somebody whose name most programs cannot print."""
    return papers.render_content(samples.content(fields={"person.name": samples.RARE}))


def test_rare_characters_are_copied_out_as_themselves(rare: bytes) -> None:
    assert samples.RARE in samples.poppler_text(rare)
    assert samples.RARE in samples.page_texts(rare)[0]


def test_each_rare_character_has_a_shape_of_its_own() -> None:
    look = style.look("value", False)
    glyphs = style.glyphs(samples.RARE, look)
    assert [glyph.char for glyph in glyphs] == list(samples.RARE)
    assert all(ord(glyph.char) in style.font(glyph.font).face.charToGlyph for glyph in glyphs)
    assert style.glyphs("𠮷", look)[0].font == "rare"


def test_bold_and_rare_go_together() -> None:
    glyphs = style.glyphs("免𠮷", style.look("body", False), is_bold=True)
    assert [glyph.font for glyph in glyphs] == ["song-bold", "rare"]


def test_a_character_no_font_has_prints_a_sign_and_logs_its_number_only(caplog: pytest.LogCaptureFixture) -> None:
    unknown = "\U0003134a"
    with caplog.at_level(logging.WARNING):
        glyphs = style.glyphs(f"王{unknown}五", style.look("value", False))
    assert "".join(glyph.char for glyph in glyphs) == "王〓五"
    assert [record.getMessage() for record in caplog.records] == ["no font has U+3134A"]


@pytest.mark.parametrize("kind", ["consent", "agreement"])
def test_all_fonts_are_embedded_truetype_subsets(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(
        papers.render_content(samples.content(kind, fields={"person.name": samples.RARE}, is_practice=True))
    )
    table = subprocess.run(["pdffonts", file], capture_output=True, check=True).stdout.decode().splitlines()[2:]
    assert len(table) >= 5
    for row in table:
        name, *_, is_embedded, is_subset, has_unicode, _number, _generation = row.split()
        assert "+" in name
        assert " TrueType " in row
        assert (is_embedded, is_subset, has_unicode) == ("yes", "yes", "yes"), row
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)


def test_a_name_with_marks_of_markup_is_printed_as_it_is() -> None:
    name = "<b>张&三</b>{x}**"
    pdf = papers.render_content(samples.content("agreement", fields={"person.name": name}))
    assert name in samples.page_texts(pdf)[0]
