"""A station that will not open: one clear sentence with the next step on the window, and nothing changed on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.services.folders import StationFolder
from tests.conftest import DAY, PASSWORD
from tests.journeys.conftest import Clerk

OWN = ("in-use.lock", "anchor/attempts.json")  # what the program may write beside the data: its lock, wrong passwords
NOT_OURS = "“station.db”不是本站的数据库，或已经损坏，本站的密钥打不开它。没有改动任何内容。"


def contents(folder: Path) -> dict[str, bytes]:
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    return {name: file.read_bytes() for name, file in sorted(files.items()) if name not in OWN}


def empty_the_database(place: StationFolder) -> None:
    place.database.write_bytes(b"")


def scramble_the_database(place: StationFolder) -> None:
    data = place.database.read_bytes()
    place.database.write_bytes(data[:16] + bytes(len(data) - 16))


def remove_the_database(place: StationFolder) -> None:
    place.database.unlink()


def damage_both_keys(place: StationFolder) -> None:
    for file in place.key_files:
        file.write_bytes(file.read_bytes()[:400])


def remove_both_keys(place: StationFolder) -> None:
    for file in place.key_files:
        file.unlink()


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (remove_both_keys, "找不到密钥文件，没有它打不开数据。请从备份中取回密钥文件"),
        (damage_both_keys, "密钥文件的两份副本都已损坏。请从备份中取回密钥文件；数据文件请原样保留，不要删除。"),
    ],
    ids=["missing", "damaged"],
)
def test_without_a_key_nobody_can_even_try(
    clerk: Clerk, folder: Path, break_it: Callable[[StationFolder], None], sentence: str
) -> None:
    break_it(StationFolder(folder))
    before = contents(folder)
    clerk.start(folder, "--on", DAY.isoformat())
    clerk.sees(sentence)
    assert not clerk.can_press("进入")
    clerk.close()
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (empty_the_database, f"{NOT_OURS}请不要删除它。"),
        (scramble_the_database, NOT_OURS),
        (remove_the_database, "找不到数据库文件“station.db”。没有新建任何文件。核对数据文件夹是否选对"),
    ],
    ids=["0-byte", "scrambled", "missing"],
)
def test_a_store_that_is_not_ours_is_left_alone(
    clerk: Clerk, folder: Path, break_it: Callable[[StationFolder], None], sentence: str
) -> None:
    break_it(StationFolder(folder))
    before = contents(folder)
    clerk.start(folder, "--on", DAY.isoformat())
    clerk.finds_ticked("林晓岚，站长")
    clerk.fill("密码", PASSWORD)
    clerk.press("进入")
    clerk.sees(sentence)
    clerk.close()
    assert contents(folder) == before


def test_a_wrong_password_says_so_and_the_right_one_opens(clerk: Clerk, folder: Path) -> None:
    before = contents(folder)
    clerk.start(folder, "--on", DAY.isoformat())
    clerk.finds_ticked("林晓岚，站长")
    for wrong in (PASSWORD + "1", "x" * 12):
        clerk.fill("密码", wrong)
        clerk.press("进入")
        clerk.sees("账号或密码不对。请检查大小写和输入法后再试；忘记密码请用恢复码。")
    assert contents(folder) == before
    clerk.fill("密码", PASSWORD)
    clerk.press("进入")
    clerk.sees("今日工作")
