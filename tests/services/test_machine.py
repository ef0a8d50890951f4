"""The settings of this PC in their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.services import machine
from desktop.services.folders import StationFolder


def test_values_of_all_kinds_come_back(tmp_path: Path) -> None:
    place = StationFolder(tmp_path)
    values: dict[str, bool | int | str] = {"a.text": '引号"和\\斜线\t', "a.number": 7, "a.truth": True}
    for key, value in values.items():
        machine.write(place, key, value)
    machine.write(place, "a.number", 8)
    assert machine.read(place) == values | {"a.number": 8}


@pytest.mark.parametrize("content", [None, b"not = = toml", b"\xff\xfe"])
def test_missing_or_damaged_file_means_the_usual_values(tmp_path: Path, content: bytes | None) -> None:
    place = StationFolder(tmp_path)
    if content is not None:
        place.machine_settings.write_bytes(content)
    assert machine.read(place) == {}
    machine.write(place, "appearance.theme", "dark")
    assert machine.read(place) == {"appearance.theme": "dark"}
