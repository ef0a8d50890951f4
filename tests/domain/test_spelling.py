import pytest

from desktop import resources
from desktop.domain.spelling import Readings, search_keys

TABLE = resources.table("codes/surnames.toml")
READINGS = Readings(TABLE["compound"], TABLE["single"], TABLE["given"])


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
        ("王重阳", {"wangzhongyang", "wangchongyang", "wzy", "wcy"}),
        ("李家乐", {"lijiale", "lijiayue", "ljl", "ljy"}),
        ("赵长行", {"zhaochangxing", "zhaozhanghang", "zcx", "zzh"}),
        ("单长乐", {"shanchangle", "danzhangyue", "scl", "dzy"}),
        ("张盛柏", {"zhangshengbai", "zhangchengbo"}),
        ("乐正子长", {"yuezhengzichang", "yuezhengzizhang"}),
        ("万俟石", {"moqishi", "mqs"}),
        ("王强A", {"wangqianga"}),
        ("John Smith", {"john", "smith", "johnsmith"}),
    ],
)
def test_a_name_is_found_by_each_of_its_spellings(name: str, keys: set[str]) -> None:
    assert keys <= set(search_keys(name, READINGS).split())


def test_keys_are_lower_case_once_each_and_parted_by_one_blank() -> None:
    keys = search_keys("尉迟敬", READINGS)
    assert keys == keys.lower()
    assert len(set(keys.split(" "))) == len(keys.split(" "))


def test_the_usual_reading_comes_first_and_the_ways_to_read_a_name_are_bounded() -> None:
    keys = search_keys("重长行乐朝盛柏", READINGS).split()
    assert keys[1] == "zhongzhangxinglechaoshengbai"
    assert 24 < len(keys) <= 49


def test_without_the_table_the_usual_reading_is_used() -> None:
    assert "danzhiyuan" in search_keys("单志远", Readings())
    assert search_keys("", Readings()) == ""
