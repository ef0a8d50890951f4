"""What travels in a package: decided by a list, and the list is held against the pinned Qt."""

from __future__ import annotations

from importlib.metadata import files
from pathlib import Path

import pytest

from installer import keeping
from installer.keeping import Rules

RULES = Rules(("Qt/",), ("Qt/core.so", "Qt/plugins/*.so"), ("*/tests/*",))


def test_of_listed_folders_only_listed_files_travel() -> None:
    names = ["Qt/core.so", "Qt/plugins/platform/xcb.so", "Qt/quick.so", "other/module.py", "other/tests/test.py"]
    assert [name for name in names if RULES.is_kept(name)] == [names[0], names[1], names[3]]


def test_pattern_that_matches_nothing_is_told() -> None:
    assert RULES.idle(["Qt/core.so", "other/tests/test.py"]) == ["Qt/plugins/*.so"]


def test_pruning_stops_when_a_needed_file_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "core.so").touch()
    monkeypatch.setattr(keeping, "rules", lambda _section: Rules(("",), ("core.so", "gone.so"), ()))
    with pytest.raises(SystemExit, match=r"gone\.so"):
        keeping.prune(tmp_path, "linux")
    assert (tmp_path / "core.so").exists()


def test_pruning_leaves_what_is_listed_and_no_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plugins" / "unwanted").mkdir(parents=True)
    for name in ("core.so", "quick.so", "plugins/unwanted/vnc.so"):
        (tmp_path / name).touch()
    monkeypatch.setattr(keeping, "rules", lambda _section: Rules(("",), ("core.so",), ()))
    keeping.prune(tmp_path, "linux")
    assert [path.name for path in tmp_path.rglob("*")] == ["core.so"]


def test_pinned_qt_has_every_file_that_the_linux_package_needs() -> None:
    names = [path.as_posix() for name in ("PySide6_Essentials", "shiboken6") for path in files(name) or ()]
    law = keeping.rules("linux")
    assert Rules(law.folders, law.keep, ()).idle(names) == []


def test_both_systems_get_the_same_modules_of_qt() -> None:
    def modules(section: str, suffix: str) -> set[str]:
        kept = keeping.rules(section).keep
        return {name.removesuffix(suffix) for name in kept if name.startswith("PySide6/Qt") and name.endswith(suffix)}

    assert modules("linux", ".abi3.so") == modules("windows", ".pyd")
