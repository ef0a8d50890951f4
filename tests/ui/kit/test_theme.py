"""Colours that can be read, lengths that grow with the letters, a style sheet without holes."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from desktop import resources
from desktop.ui.kit import theme
from desktop.ui.kit.tokens import DARK, LIGHT, PAIRS, TONES, contrast

SHADES = {"light": LIGHT, "dark": DARK}


@pytest.fixture
def dressed(styled: QApplication) -> QApplication:
    yield styled
    theme.apply(styled)


@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_words_can_be_read_on_their_ground(shade: str, pair: tuple[str, str]) -> None:
    assert contrast(*pair, SHADES[shade]) >= 4.5


def test_contrast_is_the_one_of_the_guideline() -> None:
    """The two ends of the scale, and a grey whose value is printed in the guideline's examples."""
    assert contrast("a", "b", {"a": "#000000", "b": "#FFFFFF"}) == pytest.approx(21)
    assert contrast("a", "a", {"a": "#2B7A6D"}) == pytest.approx(1)
    assert contrast("a", "b", {"a": "#767676", "b": "#FFFFFF"}) == pytest.approx(4.54, abs=0.01)


def test_both_shades_know_the_same_tokens() -> None:
    assert set(LIGHT) == set(DARK)
    assert {token for tone in TONES.values() for token in tone} <= set(LIGHT)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("scale", theme.LETTER_SIZES)
def test_style_sheet_has_every_value_put_in(dressed: QApplication, dark: bool, scale: float) -> None:
    theme.apply(dressed, dark, scale)
    sheet = theme.style_sheet()
    assert "@" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert SHADES["dark" if dark else "light"]["primary"] in sheet
    assert f"font-size: {round(14 * scale)}px" in sheet


@pytest.mark.parametrize("shade", SHADES)
def test_drawn_marks_have_the_colours_of_the_tokens(shade: str) -> None:
    assert SHADES[shade]["text3"] in resources.text(f"styles/chevron-{shade}.svg")
    assert SHADES[shade]["onprimary"] in resources.text(f"styles/tick-{shade}.svg")


def test_lengths_and_letters_grow_together(dressed: QApplication) -> None:
    theme.apply(dressed, scale=1.3)
    assert theme.px(36) == 47
    assert theme.font(14).pixelSize() == 18
    assert theme.pixmap("check", size=20).width() == round(26 * dressed.primaryScreen().devicePixelRatio())


def test_screen_font_and_rare_characters_come_along(styled: QApplication) -> None:
    assert "Noto Sans SC" in QFontDatabase.families()
    assert 500 in [QFontDatabase.weight("Noto Sans SC", style) for style in QFontDatabase.styles("Noto Sans SC")]
    theme.add_rare_font(theme.read_rare_font())
    assert "HanaMinB" in QFontDatabase.families()
