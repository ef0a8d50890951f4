import pytest

from desktop.domain.settings import Declaration, declarations
from desktop.errors import ValidationError

TABLE = {
    "version": "1",
    "a.flag": {"label": "开", "group": "g", "scope": "machine", "kind": "bool", "default": True},
    "a.days": {
        "label": "天", "group": "g", "scope": "station", "kind": "int", "default": 3,
        "minimum": 1, "maximum": 9,
    },
    "a.free": {"label": "数", "group": "g", "scope": "station", "kind": "int", "default": 3},
    "a.look": {
        "label": "外观", "group": "g", "scope": "machine", "kind": "choice", "default": "light",
        "choices": ["light", "dark"], "choice_labels": ["浅色", "深色"],
    },
    "a.text": {"label": "字", "group": "g", "scope": "machine", "kind": "text", "default": ""},
}  # fmt: skip


def declared() -> dict[str, Declaration]:
    return declarations(TABLE)


def test_what_is_no_setting_is_passed_over() -> None:
    assert list(declared()) == ["a.flag", "a.days", "a.free", "a.look", "a.text"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("a.flag", False), ("a.days", 1), ("a.days", 9), ("a.free", -5), ("a.look", "dark"), ("a.text", "楼上 PC")],
)
def test_allowed_values_come_back(key: str, value: object) -> None:
    assert declared()[key].checked(value) == value


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("a.flag", 1, "内容不合适"),
        ("a.days", 0, "1 到 9"),
        ("a.days", 10, "1 到 9"),
        ("a.days", True, "1 到 9"),
        ("a.days", "3", "1 到 9"),
        ("a.look", "pink", "浅色、深色"),
        ("a.text", "a\nb", "内容不合适"),
        ("a.text", "a" * 261, "内容不合适"),
    ],
)
def test_others_are_refused_saying_what_is_allowed(key: str, value: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as refused:
        declared()[key].checked(value)
    assert (refused.value.code, refused.value.field) == ("bad_setting", key)
