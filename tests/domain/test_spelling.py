import pytest

from desktop import resources
from desktop.domain.spelling import Surnames, search_keys

TABLE = resources.table("codes/surnames.toml")
SURNAMES = Surnames(TABLE["compound"], TABLE["single"])


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("单志远", {"shanzhiyuan", "szy"}),
        ("仇海波", {"qiuhaibo", "qhb"}),
        ("解小龙", {"xiexiaolong", "xxl"}),
        ("乐芸", {"yueyun", "leyun"}),
        ("尉迟敬", {"yuchijing", "ycj"}),
        ("欧阳建华", {"ouyangjianhua", "oyjh"}),
        ("㛃䶮", {"jieyan", "jy"}),
        ("𬭎文", {"hongwen", "hw"}),
        ("买买提·艾力", {"买买提·艾力", "买买提艾力", "mmtal"}),
        ("曾国藩", {"zengguofan"}),
        ("张丽华", {"zhanglihua", "zlh"}),
        ("单", {"shan", "dan"}),
        ("John Smith", {"john", "smith", "johnsmith"}),
    ],
)
def test_a_name_is_found_by_each_of_its_spellings(name: str, keys: set[str]) -> None:
    assert keys <= set(search_keys(name, SURNAMES).split())


def test_keys_are_lower_case_once_each_and_parted_by_one_blank() -> None:
    keys = search_keys("尉迟敬", SURNAMES)
    assert keys == keys.lower()
    assert len(set(keys.split(" "))) == len(keys.split(" "))


def test_without_the_table_the_usual_reading_is_used() -> None:
    assert "danzhiyuan" in search_keys("单志远", Surnames())
    assert search_keys("", Surnames()) == ""
