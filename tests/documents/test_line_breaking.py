"""Lines of Chinese: what may not begin or end one, what is not cut, how they fill the measure."""

from itertools import pairwise

import pytest

from desktop.documents import style
from desktop.documents.cjk import Glyph, break_lines, clean, widest_word
from tests.documents import samples

LOOK = style.look("body", False)
# 中文排版需求 (CLREQ) 3.1.3, level "basic", written down here once more so that the lists of the program are checked.
NEVER_FIRST = set("、，。．：；！？‼⁇⁉”’」』）〕］｝〉》】〗…—·～％") - set("．‼⁇⁉")
NEVER_LAST = set("“‘「『（〔［｛〈《【〖￥＄＃")
TRICKY = (
    "张三（监护人：李四）于2026年3月31日10:30来站，领取“五险”手册12345678901份、补贴￥1,234.56元（其中30%自付）……"
    "《社会功能缺陷筛选量表》《日常生活能力量表》——共2套。电话0000-0000120，邮编990102；体温36.5℃，买买提·艾力说：“好的！”"
)
WIDTHS = [60 + 3 * step for step in range(130)]


def glyphs(text: str) -> list[Glyph]:
    return style.glyphs(text, LOOK)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """The long texts of the papers that are printed, and one that is worse."""
    blocks = [block for kind in samples.PAPERS for block in samples.content(kind)["blocks"] if block["is"] == "text"]
    return [samples.words([block]) for block in blocks] + [TRICKY * 3]


@pytest.mark.parametrize("width", WIDTHS[::5])
def test_no_line_begins_or_ends_with_a_mark_that_may_not(texts: list[str], width: float) -> None:
    for text in texts:
        broken = break_lines(glyphs(text), width - 2 * LOOK.size, width)
        assert not [line.text for line in broken[1:] if line.text[0] in NEVER_FIRST]
        assert not [line.text for line in broken[:-1] if line.text[-1] in NEVER_LAST]


@pytest.mark.parametrize("width", [width for width in WIDTHS[::4] if width > 140])
def test_no_number_and_no_word_is_cut(texts: list[str], width: float) -> None:
    for text in texts:
        broken = break_lines(glyphs(text), width, width)
        pairs = [(a.text[-1], b.text[0]) for a, b in pairwise(broken)]
        assert not [pair for pair in pairs if pair[0].isascii() and pair[1].isascii()]


@pytest.mark.parametrize("width", WIDTHS[::7])
def test_no_line_is_wider_than_its_measure(texts: list[str], width: float) -> None:
    for text in texts:
        if widest_word(glyphs(text)) <= width - 2 * LOOK.size:
            broken = break_lines(glyphs(text), width - 2 * LOOK.size, width)
            assert broken[0].width <= width - 2 * LOOK.size + 0.01
            assert max(line.width for line in broken) <= width + 0.01


def test_nothing_of_the_text_is_lost(texts: list[str]) -> None:
    for text in texts:
        kept = "".join(line.text for line in break_lines(glyphs(text), 200, 240))
        assert "".join(kept.split()) == "".join(text.split())


def test_a_filled_line_is_stretched_to_the_measure_and_the_last_is_not() -> None:
    broken = break_lines(glyphs(TRICKY), 300, 300)
    for line in broken[:-1]:
        gap = line.gap(300, LOOK.size)
        assert gap == 0 or line.width + gap * (len(line.glyphs) - 1) == pytest.approx(300)
    assert sum(line.gap(300, LOOK.size) > 0 for line in broken) >= len(broken) - 3
    assert broken[-1].gap(300, LOOK.size) == 0


def test_a_hopeless_line_stays_ragged() -> None:
    long_word = "0000-0000-0000-0000-0000"
    line = break_lines(glyphs("电话" + long_word), 160, 160)[0]
    assert line.text == "电话"
    assert line.gap(160, LOOK.size) == 0


def test_two_marks_side_by_side_share_their_blank_halves() -> None:
    apart, together = break_lines(glyphs("书》和《书"), 999, 999)[0], break_lines(glyphs("书》《书"), 999, 999)[0]
    assert apart.width == pytest.approx(5 * LOOK.size)
    assert together.width == pytest.approx(3.5 * LOOK.size)


def test_blanks_are_kept_where_they_were_written() -> None:
    text = "年　　月　　日    完"
    assert break_lines(glyphs(text), 999, 999)[0].text == text


def test_blanks_around_a_break_do_not_indent_the_next_line() -> None:
    broken = break_lines(glyphs("一二三四五 六七八九十"), 5 * LOOK.size, 5 * LOOK.size)
    assert [line.text for line in broken] == ["一二三四五", "六七八九十"]


def test_a_line_end_in_the_text_ends_the_line() -> None:
    broken = break_lines(glyphs("见证人\n\n签名"), 200, 200)
    assert [line.text for line in broken] == ["见证人", "", "签名"]
    assert all(line.is_last for line in broken)


def test_the_last_line_is_not_one_lonely_character() -> None:
    broken = break_lines(glyphs("一二三四五六七八九十甲。"), 10 * LOOK.size, 10 * LOOK.size)
    assert [line.text for line in broken] == ["一二三四五六七八九", "十甲。"]


def test_a_word_longer_than_the_line_is_cut_not_lost() -> None:
    broken = break_lines(glyphs("9" * 60), 100, 100)
    assert "".join(line.text for line in broken) == "9" * 60
    assert max(line.width for line in broken) <= 100


def test_what_cannot_be_printed_is_left_out() -> None:
    assert clean("张\u200b三\ufe00\U000e0101\x07\t丰\n") == "张三 丰\n"
    assert clean(samples.RARE) == samples.RARE
