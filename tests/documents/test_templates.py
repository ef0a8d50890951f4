"""The words of the papers: complete, exact, and data."""

import re
from typing import Any

import pytest

from desktop import resources
from desktop.documents import attendance, papers, templates
from tests.documents import samples

ALL = ("consent", "agreement", "guardian_reward", "sign_in", "recovery")


def scopes_of(content: dict[str, Any]) -> list[list[list[object]]]:
    """Return the ticks of each tick-box row."""
    rows = [row for block in content["blocks"] for row in block.get("rows", [])]
    return [cell["ticks"] for row in rows for cell in row["cells"] if "ticks" in cell]


def test_kinds_are_the_papers_about_one_person() -> None:
    assert [(kind.kind, kind.template, kind.letters) for kind in papers.kinds()] == [
        ("consent", "D1", "ZQ"),
        ("agreement", "D2", "XY"),
        ("guardian_reward", "D20", "JH"),
    ]
    assert papers.kind("sign_in").title == "康复训练活动签到表"


@pytest.mark.parametrize("kind", ALL)
def test_templates_ask_only_for_fields_they_declare(kind: str) -> None:
    template = templates.load(kind)
    text = resources.text(f"documents/{kind}.{template['version']}.toml")
    used = set(re.findall(r"\{([a-z_.]+)(?::\d+)?\}", text)) - {"row.number", "row.name", "row.file_no"}
    conditions = re.findall(r'when = "([^"]*)"', text)
    used |= {re.sub(r"=.*", "", part.strip(" !")) for condition in conditions for part in condition.split("&")}
    assert used <= set(template["fields"])
    assert set(template.get("dates", ())) | set(template.get("usual", {})) <= set(template["fields"])


@pytest.mark.parametrize("kind", samples.PAPERS)
def test_no_placeholder_is_left_in_a_resolved_paper(kind: str) -> None:
    text = samples.words(samples.content(kind)["blocks"])
    assert "{" not in text
    assert "*" not in text
    assert "＿" not in text.replace("＿" * 14, "").replace("＿" * 12, "")  # insurance and place are filled by hand


@pytest.mark.parametrize("kind", samples.PAPERS)
def test_every_declared_field_is_printed(kind: str) -> None:
    text = samples.words(samples.content(kind, fields={"price_text": "每月10元", "retention_years": "41"})["blocks"])
    unused = {"consent": {"station.uscc", "person.disability_no"}, "agreement": {"station.manager", "person.file_no"}}
    for name, value in samples.content(kind)["fields"].items():
        shown = {"price_text": "每月10元", "retention_years": "41"}.get(name, value)
        assert shown in text or name in unused[kind], name


def test_dates_are_written_as_people_write_them() -> None:
    assert "自2026年3月31日起，至2027年3月30日止" in samples.words(samples.content("agreement")["blocks"])


def test_an_empty_field_leaves_room_to_write() -> None:
    text = samples.words(samples.content("agreement", fields={"term.from": None, "term.to": ""})["blocks"])
    assert "本协议自＿＿＿＿＿＿＿＿＿起，至＿＿＿＿＿＿＿＿＿止" in text


@pytest.mark.parametrize("price", [None, "", "0", "0元", "免费"])
@pytest.mark.parametrize("kind", samples.PAPERS)
def test_no_price_is_printed_as_free(kind: str, price: str | None) -> None:
    assert "免费" in samples.bold_words(samples.content(kind, fields={"price_text": price})["blocks"])


@pytest.mark.parametrize("kind", samples.PAPERS)
def test_a_price_is_printed_and_nothing_says_free(kind: str) -> None:
    text = samples.words(samples.content(kind, fields={"price_text": "午餐每次5元，补贴3元，自付2元"})["blocks"])
    assert "午餐每次5元，补贴3元，自付2元" in text
    assert "免费" not in text


def test_tick_boxes_are_those_of_the_code_list_and_tell_what_is_needed() -> None:
    listed = {entry["code"]: entry for entry in resources.table("codes/consent_scope.toml")["choices"]}
    printed = {scope["code"]: scope["need"] for scope in templates.load("consent")["scopes"]}
    assert list(printed) == list(listed)
    assert {code for code, need in printed.items() if need == "needed"} == {
        code for code, entry in listed.items() if entry.get("is_needed")
    }
    assert all(printed[code] == "optional" for code, entry in listed.items() if entry.get("is_optional_by_law"))


def test_answers_agreed_beforehand_are_ticked_and_others_left_to_ink() -> None:
    ticks = scopes_of(samples.content(scopes=[("a", True), ("h", False)]))
    assert len(ticks) == 13
    assert ticks[0] == [["同意", True], ["不同意", False]]
    assert ticks[7] == [["同意", False], ["不同意", True]]
    assert ticks[1] == [["同意", False], ["不同意", False]]


@pytest.mark.parametrize(
    "required",
    [
        "不是医疗服务", "不开药、不调药", "强制措施", "完全自愿", "中途停下来", "志愿者", "量表", "可能的风险",
        "由医生决定", "督促您按时服药", "120、110", "绿色通道医院康宁县第三人民医院", "免费", "保密", "依法履行职责",
        "敏感个人信息", "保存30年", "查阅、复制", "要求更正", "撤回", "监督电话0000-0012345", "监护人了解",
        "逐条讲给我们听", "手印", "见证人", "一式两份", "县级民政部门", "残疾人联合会", "不满十四周岁",
    ],
)  # fmt: skip
def test_the_consent_says_what_the_law_wants_said(required: str) -> None:
    assert required in samples.words(samples.content()["blocks"]).replace("\n", "")


@pytest.mark.parametrize(
    "limiting",
    ["不保证治愈", "可以暂停站内服务", "不得隐瞒", "甲方不承担赔偿责任", "由监护人依法承担", "同意甲方先行送医"],
)
def test_clauses_that_limit_liability_are_bold(limiting: str) -> None:
    assert limiting in samples.bold_words(samples.content("agreement")["blocks"])


@pytest.mark.parametrize(
    "required",
    [
        "督促服药", "当天告诉甲方", "防止伤害", "不关锁", "标准为：每年2400元", "每季度末发600元",
        "自2026年3月31日起，至2027年3月30日止", "提前15日", "复核", "不得截留", "不代替、不影响", "监督电话0000",
        "一式三份", "手印", "乡镇（街道）（盖章）",
    ],
)  # fmt: skip
def test_the_agreement_with_a_guardian_says_duties_reward_and_term(required: str) -> None:
    chosen = {"reward_text": "每年2400元", "payment_text": "每季度末发600元"}
    text = samples.words(samples.content("guardian_reward", fields=chosen)["blocks"]).replace("\n", "")
    assert required in text
    assert "{" not in text
    assert "*" not in text


def test_a_reward_not_agreed_yet_leaves_room_to_write_and_the_law_holds_all_the_same() -> None:
    blocks = samples.content("guardian_reward", fields={"station.green_channel_hospital": ""})["blocks"]
    assert "标准为：" + "＿" * 14 in samples.words(blocks)
    assert "就近的医院" in samples.words(blocks)
    assert "不影响发放奖励" in samples.bold_words(blocks)
    assert "不免除乙方依法承担的监护职责" in samples.bold_words(blocks)


def test_without_hospital_or_supervision_number_the_sentences_still_hold() -> None:
    gone = {"station.green_channel_hospital": "", "station.supervision_phone": "", "county.name": ""}
    text = samples.words(samples.content(fields=gone)["blocks"])
    assert "送往就近的医院" in text
    assert "绿色通道" not in text
    assert "（）" not in text


def test_large_print_says_the_same() -> None:
    assert samples.content(is_large_print=True)["blocks"] == samples.content()["blocks"]


def test_what_the_paper_does_not_print_is_not_kept() -> None:
    assert "illness" not in samples.content(fields={"illness": "F20"})["fields"]


def test_a_sheet_lists_everybody_and_leaves_two_lines() -> None:
    lines = [attendance.SheetLine("买买提·艾力", "QS-2026-A0001"), attendance.SheetLine("张三")] * 6
    content = attendance.resolve("QS-QD-2026-A0001", samples.SESSION, lines)
    assert len(scopes_of(content)) == 14
    text = samples.words(content["blocks"])
    assert text.count("买买提·艾力") == 6
    assert "应到　12　人" in text
