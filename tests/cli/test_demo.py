"""The practice day and the smoke test as a person starts them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Kangyi, Said

PERSONS = 12
STEPS = [
    "station",
    "history",
    "roster",
    "grid",
    "papers",
    "signing",
    "group",
    "visits",
    "hub",
    "export",
    "import",
    "receipt",
]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Kangyi:
    """The program without any station of its own."""
    folder = tmp_path_factory.mktemp("demo")
    return Kangyi(folder / "nothing", folder / "unused.txt")


@pytest.fixture(scope="module")
def root(outside: Kangyi) -> Path:
    """The folder of a practice day."""
    return outside.data.parent / "day"


@pytest.fixture(scope="module")
def said(outside: Kangyi, root: Path) -> Said:
    """What a practice day without pictures said."""
    return outside.run("--json", "demo", root, "--persons", str(PERSONS), "--seed", "5", "--no-screens")


def people(outside: Kangyi, root: Path) -> list[dict[str, Any]]:
    """Return the people of a practice station without their ids."""
    words = ("--data", root / "station", "--user", "head", "--password-file", root / "secrets" / "head.txt")
    found = outside.run("--json", "people", "--limit", "500", "--on", "2026-03-31", *words).answer["people"]
    return [{key: value for key, value in person.items() if key != "id"} for person in found]


def test_day_is_lived_to_its_end_and_written_down(said: Said, root: Path) -> None:
    assert said.status == 0, said.err
    told = json.loads((root / "demo.json").read_text(encoding="utf-8"))
    assert (told["seed"], told["on"]) == (5, "2026-03-31")
    assert [step["name"] for step in told["steps"]] == [*STEPS, "backup", "check"]
    assert all(step["ok"] is True and isinstance(step["ms"], int) for step in told["steps"])
    assert [(user["name"], user["role"]) for user in told["users"]] == [
        ("head", "head"), ("worker", "worker"), ("hub", "operator"),
    ]  # fmt: skip
    assert all(Path(user["password_file"]).is_file() for user in told["users"])
    assert all(Path(path).exists() for path in told["files"].values())
    assert said.answer["steps"] == told["steps"]


def test_folder_holds_what_the_contract_names(said: Said, root: Path) -> None:
    assert said.status == 0
    assert {entry.name for entry in root.iterdir()} == {
        "demo.json", "summary.txt", "station", "hub", "secrets", "usb", "print", "roster", "backups",
    }  # fmt: skip
    assert len(list((root / "usb").glob("*.kyb"))) == 1
    assert len(list((root / "usb" / "receipts").glob("*.kyb"))) == 1
    assert [len(list((root / "usb").glob(ending))) for ending in ("*.kyr", "*.kyc")] == [1, 1]
    papers = [file.name for file in (root / "print").iterdir()]
    assert papers
    assert all(re.fullmatch(r"[A-Z0-9-]+-(consent|agreement|sign_in)\.pdf", name) for name in papers)
    assert (root / "roster" / "errors.xlsx").read_bytes().startswith(b"PK")
    assert list((root / "backups").glob("*.db"))
    summary = (root / "summary.txt").read_text(encoding="utf-8")
    assert all(str(file) in summary for file in (root / "usb").rglob("*.kyb"))
    assert "虚构" in summary


def test_secrets_stand_nowhere_but_in_their_files(said: Said, root: Path) -> None:
    secrets = [file.read_text(encoding="utf-8").strip() for file in (root / "secrets").iterdir()]
    assert len(secrets) == 5
    shown = [said.out, said.err, *((root / name).read_text(encoding="utf-8") for name in ("demo.json", "summary.txt"))]
    assert not [text for text in shown for secret in secrets if secret in text]


def test_equal_seed_gives_equal_people_and_data_alone_is_quick_to_have(outside: Kangyi, root: Path) -> None:
    first, second = root.with_name("first"), root.with_name("second")
    for folder in (first, second):
        said = outside.run("demo", folder, "--persons", "4", "--seed", "5", "--data-only")
        assert said.status == 0, said.err
    assert people(outside, first) == people(outside, second)
    assert len(people(outside, first)) == 4
    assert {entry.name for entry in first.iterdir()} == {"demo.json", "summary.txt", "station", "secrets"}


def test_folder_with_something_in_it_is_left_alone(outside: Kangyi, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("precious")
    said = outside.run("--json", "demo", tmp_path)
    assert (said.status, said.error["code"]) == (2, "usage")
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_smoke_goes_through_every_layer_and_writes_it_down(outside: Kangyi, tmp_path: Path) -> None:
    said = outside.run("--json", "--smoke", tmp_path / "out.json")
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert said.status == 0, told
    assert told["ok"] is True
    assert said.answer == told
    assert {name for check in told["checks"] for name in check} == {"name", "ok", "ms", "detail"}
    names = [check["name"] for check in told["checks"]]
    assert names[:9] == ["migrate", "kdf", "keyring", "pdf", "preview", "picture", "qr", "sheet", "bundle"]
    assert {"papers", "export", "import", "backup"} <= set(names)
    assert names[-1] == "window"


def test_smoke_names_the_part_that_is_missing_and_tries_the_others(outside: Kangyi, tmp_path: Path) -> None:
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "zxingcpp.py").write_text("raise ImportError('lost', name='zxingcpp')")
    said = outside.run("--smoke", tmp_path / "out.json", PYTHONPATH=f"{tmp_path / 'lost'}{os.pathsep}{ROOT}")
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (said.status, told["ok"], told["error"]["code"]) == (3, False, "bug")
    assert [check["name"] for check in told["checks"] if not check["ok"]] == ["qr"]
    assert "zxingcpp" in next(check["detail"] for check in told["checks"] if check["name"] == "qr")


def test_smoke_that_cannot_write_its_answer_says_so(outside: Kangyi, tmp_path: Path) -> None:
    said = outside.run("--smoke", tmp_path / "no" / "out.json")
    assert said.status == 3
    assert "out.json" in said.err


def test_pictures_of_the_screens_are_made_by_a_process_of_their_own(kangyi_filled: Kangyi, tmp_path: Path) -> None:
    words = ("--data", kangyi_filled.data, "--user", "head", "--password-file", kangyi_filled.password_file)
    said = kangyi_filled.run(*words, "--on", "2026-03-31", "--screens", tmp_path / "screens")
    assert said.status == 0, said.err
    names = {file.name for file in (tmp_path / "screens").iterdir()}
    assert all(re.fullmatch(r"[a-z_]+-1366x768-(light|dark)\.png", name) for name in names)
    assert {"today-1366x768-light.png", "people-1366x768-dark.png", "person-1366x768-light.png"} <= names
