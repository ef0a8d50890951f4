"""One paper is the same bytes for ever, says where it belongs, and holds together on its pages."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop import mainthread, resources
from desktop.documents import layout, pages, papers, templates
from desktop.errors import OperationalError
from tests.documents import samples

VARIANTS = [
    {"kind": "consent"},
    {"kind": "consent", "is_large_print": True},
    {"kind": "agreement"},
    {"kind": "agreement", "is_large_print": True},
    {"kind": "agreement", "is_practice": True, "fields": {"price_text": "午餐每次5元，补贴3元，自付2元；" * 9}},
    {"kind": "consent", "fields": {"station.address": "康宁县" + "青山镇东街" * 30}},
]


def render(**changes: Any) -> bytes:
    return papers.render_content(samples.content(**changes))


def test_the_same_words_give_the_same_bytes() -> None:
    content = samples.content()
    stored = json.loads(json.dumps(content))
    assert papers.render_content(content) == papers.render_content(stored)


def test_another_process_gives_the_same_bytes_even_after_other_papers(tmp_path: Path) -> None:
    file = tmp_path / "content.json"
    file.write_text(json.dumps(samples.content(fields={"person.name": samples.RARE})), encoding="utf-8")
    program = (
        "import json, sys; from desktop.documents import papers;"
        "sys.stdout.buffer.write(papers.render_content(json.load(open(sys.argv[1], encoding='utf-8'))))"
    )
    render(kind="agreement", fields={"person.name": "𠮷"})
    here = render(fields={"person.name": samples.RARE})
    there = subprocess.run([sys.executable, "-c", program, file], capture_output=True, check=True).stdout
    assert here == there


def test_stored_words_need_no_template_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    content = samples.content()
    before = papers.render_content(content)
    monkeypatch.setattr(resources, "table", lambda name: pytest.fail(f"asked for {name}"))
    assert papers.render_content(content) == before


def test_words_of_a_newer_layout_are_refused_in_plain_words() -> None:
    with pytest.raises(OperationalError, match="更新版本") as refused:
        papers.render_content({**samples.content(), "layout": papers.LAYOUT + 1})
    assert refused.value.code == "newer_database"


@pytest.mark.parametrize("kind", ["consent", "agreement", "sign_in"])
def test_the_hash_changes_with_every_field(kind: str) -> None:
    fields = samples.SESSION if kind == "sign_in" else samples.FIELDS
    before = papers.content_hash(papers.resolve(kind, "QS-1", fields))
    for name in templates.load(kind)["fields"]:
        changed = papers.resolve(kind, "QS-1", {**fields, name: "改"})
        assert papers.content_hash(changed) != before, name


@pytest.mark.parametrize(
    "change",
    [
        {"number": "QS-ZQ-2026-A0118"}, {"is_large_print": True}, {"is_practice": True},
        {"scopes": [*samples.SCOPES[:-1], ("m", False)]}, {"scopes": samples.SCOPES[:-1]},
    ],
)  # fmt: skip
def test_the_hash_changes_with_number_size_and_answers(change: dict[str, Any]) -> None:
    assert papers.content_hash(samples.content(**change)) != papers.content_hash(samples.content())


def test_the_hash_is_of_the_canonical_words() -> None:
    content = samples.content()
    assert papers.content_hash(content) == papers.content_hash(dict(reversed(content.items())))
    assert len(papers.content_hash(content)) == 64


@pytest.mark.parametrize("number", ["QS-ZQ-2026-A0117", "青山-知情-2026-A0117"])
def test_the_code_on_every_page_is_read_by_a_reader(number: str, tmp_path: Path) -> None:
    content = samples.content(number=number)
    pdf = papers.render_content(content)
    digits = papers.content_hash(content)[:16].upper()
    assert samples.codes(pdf, tmp_path) == [f"KY1:{number}:{digits}"] * pages.page_count(pdf)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_page_says_which_paper_and_which_page_it_is(variant: dict[str, Any]) -> None:
    content = samples.content(**variant)
    texts = samples.page_texts(papers.render_content(content))
    for number, text in enumerate(texts, 1):
        assert f"第{number}页共{len(texts)}页" in text
        assert f"文书编号{content['document_no']}" in text
        assert f"内容校验码{papers.printed_hash(content)}" in text
        assert f"模板{content['template']}第{content['template_version']}版" in text
        assert ("练习·无效" in text) == content["is_practice"]


@pytest.mark.parametrize("repeats", range(0, 48, 8))
@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("kind", samples.PAPERS)
def test_the_signatures_are_never_parted(kind: str, is_large: bool, repeats: int) -> None:
    price = {"price_text": "手工材料每月10元，自付10元；" * repeats}
    texts = samples.page_texts(render(kind=kind, is_large_print=is_large, fields=price))
    together = {
        "consent": ("十四、签署", "康复对象签", "监护人签", "见证人签", "讲解人签", "监护人一栏划去。"),
        "agreement": (
            "第十五条其他",
            "甲方（盖章）",
            "丙方（签名、手印）",
            "代表人签名",
            "签订地点",
            "见证人（不是甲方工作人员）签名。",
        ),
    }
    assert all("".join(part.split()) in texts[-1] for part in together[kind]), texts[-1]


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_page_ends_with_a_heading_or_begins_with_a_forbidden_mark(variant: dict[str, Any]) -> None:
    content = samples.content(**variant)
    headings = {samples.words([block]) for block in content["blocks"] if block["is"] == "heading"}
    pdf = papers.render_content({**content, "is_practice": False})
    for page in range(pages.page_count(pdf)):
        lines = ["".join(letter.char for letter in line) for line in samples.lines(pdf, page) if line[0].base > 76]
        assert lines[-1] not in {heading.replace("　", "") for heading in headings}
        assert not [line for line in lines if line[0] in "，。、；：！？）》”"]
        assert not [line for line in lines if line[-1] in "（《“"]


def test_lines_fill_the_measure_to_both_margins() -> None:
    pdf = render()
    left, right = 22 / 25.4 * 72, (210 - 22) / 25.4 * 72
    lines = [line for line in samples.lines(pdf, 1) if line[0].base > 76]
    assert min(line[0].left for line in lines) == pytest.approx(left, abs=0.5)
    assert max(line[-1].right for line in lines) <= right + 0.5
    full = [line for line in lines if line[-1].right > right - 30]
    assert len(full) >= 10
    assert all(line[-1].right == pytest.approx(right, abs=0.6) for line in full if line[-1].char not in "，。、；：）”")


def test_an_id_number_is_never_cut() -> None:
    for large in (False, True):
        pdf = render(kind="agreement", is_large_print=large)
        lines = ["".join(letter.char for letter in line) for line in samples.lines(pdf, 0)]
        for number in ("990102198305120011", "99010219830512001163", "990102195803040022"):
            assert any(number in line for line in lines), number


def test_a_number_wider_than_its_cell_is_set_smaller_not_cut() -> None:
    number = "9901021983051200119901021983"
    pdf = render(kind="agreement", is_large_print=True, fields={"person.id_no": number})
    assert any(number in "".join(letter.char for letter in line) for line in samples.lines(pdf, 0))


def test_ticks_are_drawn() -> None:
    # The same foot on all, so that nothing but the ticks can differ.
    answers = [[], [("h", True)], [("h", False)]]
    made = [layout.render(samples.content(scopes=answer), "KY1", "0" * 16) for answer in answers]
    empty, agreed, refused = (pages.page_images(pdf, 60)[-1] for pdf in made)
    assert empty != agreed
    assert empty != refused
    assert agreed != refused


def test_nothing_about_the_person_stands_in_the_properties() -> None:
    pdf = render()
    said = samples.metadata(pdf)
    assert said["Title"] == "精神障碍社区康复服务知情同意书 QS-ZQ-2026-A0117"
    assert not [
        value for value in said.values() if any(part in value for part in samples.PERSON.values() if len(part) > 1)
    ]
    assert b"zh-CN" in pdf


def test_a_long_sheet_repeats_its_head_and_loses_nobody() -> None:
    texts = samples.page_texts(papers.render_content(samples.sheet(30)))
    assert len(texts) == 2
    assert all("序号姓名档案编号" in text for text in texts)
    assert [number for number in range(1, 31) if f"学员{number:02}" not in "".join(texts)] == []
    assert "带领人签名" in texts[-1]


def test_a_usual_group_fits_on_one_page() -> None:
    assert pages.page_count(papers.render_content(samples.sheet(16))) == 1


def test_papers_are_not_made_on_the_thread_of_the_window() -> None:
    mainthread.forbid_slow_work_here()
    with pytest.raises(RuntimeError, match="documents"):
        papers.render_content(samples.content())
