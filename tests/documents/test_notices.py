"""The price notice: what is free is said in words, the telephone stands at the foot, a long list repeats its head."""

from __future__ import annotations

import json

from desktop.documents import notices, pages, papers
from desktop.documents.notices import PriceLine

FIELDS = {
    "station.name": "青山镇社区康复站",
    "station.supervision_phone": "0990-5550102",
    "station.phone": "0990-5550101",
    "notice.on": "2026-03-31",
    "notice.basis": "虚价〔2026〕1号",
}
LINES = [PriceLine("日间训练", "免费", "35 元/次"), PriceLine("午餐（自愿）", "8 元/份", "—")]


def test_words_of_the_board() -> None:
    content = notices.resolve("QS01-SF-2026-A0001", FIELDS, LINES)
    words = json.dumps(content["blocks"], ensure_ascii=False)
    for expected in ("日间训练", "免费", "8 元/份", "虚价〔2026〕1号", "2026年3月31日"):
        assert expected in words
    phone = content["blocks"][-2]["runs"]
    assert "监督电话：0990-5550102" in "".join(run[0] for run in phone)


def test_letters_are_big_and_few_prices_fit_on_one_page_for_ever_the_same() -> None:
    content = notices.resolve("QS01-SF-2026-A0001", FIELDS, LINES)
    pdf = papers.render_content(content)
    assert pages.page_count(pdf) == 1
    assert papers.render_content(json.loads(json.dumps(content))) == pdf


def test_no_basis_no_sentence_and_no_telephone_is_room_to_write() -> None:
    content = notices.resolve("1", {"station.name": "站", "notice.on": "2026-03-31"}, LINES)
    words = json.dumps(content["blocks"], ensure_ascii=False)
    assert "收费依据" not in words
    assert "监督电话：＿＿" in words


def test_a_long_list_goes_on_on_another_page() -> None:
    content = notices.resolve("1", FIELDS, [PriceLine(f"第{n}项服务", "免费") for n in range(30)])
    assert pages.page_count(papers.render_content(content)) > 1


def test_it_is_no_paper_of_a_person() -> None:
    assert notices.KIND not in [kind.kind for kind in papers.kinds()]
