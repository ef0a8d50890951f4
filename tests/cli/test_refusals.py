"""Whatever is refused on the terminal: a code of the contract, a sentence, and always a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kangyi

USAGE = {"usage", "not_practice"}
WORLD = {
    "missing_key", "damaged_key", "not_ours", "other_station", "newer_database", "in_use", "disk_full", "read_only",
    "io_error",
}  # fmt: skip

REFUSALS: dict[str, tuple[list[str], str]] = {
    "no verb": ([], "usage"),
    "unknown verb": (["frobnicate"], "usage"),
    "family without a verb": (["hub"], "usage"),
    "missing argument": (["export"], "usage"),
    "surplus argument": (["check", "more"], "usage"),
    "bad count": (["people", "--limit", "0"], "usage"),
    "bad day": (["check", "--on", "yesterday"], "usage"),
    "bad choice": (["hub", "enrol", "--db", "hub", "x.kyr", "--out", "c", "--legal-basis", "whim"], "usage"),
    "secret": (["people", "--password", "x"], "usage"),
    "demo over files": (["demo", "."], "usage"),
    "recovery file over another": (
        ["init", "--station", "甲", "--division", "990101", "--recovery-out", "empty.kyb"], "usage"),
    "empty recovery file": (["restore", "text.db", "--recovery-file", "empty.kyb"], "usage"),
    "over a station": (["init", "--station", "甲", "--division", "990101", "--recovery-out", "c.txt"], "in_use"),
    "backup without its keys": (["restore", "text.db"], "missing_key"),
    "no roster": (["import-roster", "none.xlsx"], "bad_roster"),
    "no table": (["import-roster", "text.db"], "bad_roster"),
    "no such person": (["print", "--person", "T-0", "--document", "consent", "--out", "x.pdf"], "no_such_person"),
    "not enrolled": (["export", "--to", "."], "not_enrolled"),
    "empty receipt": (["receipt", "empty.kyb"], "truncated"),
    "bundle that is empty": (["bundle", "inspect", "empty.kyb"], "truncated"),
    "bundle that is not there": (["bundle", "inspect", "none.kyb"], "missing_file"),
    "bundle of somebody else": (["bundle", "inspect", "text.db"], "not_ours"),
    "no trust": (["bundle", "verify", "empty.kyb", "--trust", "none.kyc"], "missing_file"),
    "empty certificate": (["enrol", "take", "empty.kyb"], "bad_certificate"),
    "no hub": (["hub", "people", "--db", "nowhere"], "missing_key"),
    "weak password": (["hub", "init", "--db", "new", "--password-file", "short.txt"], "weak_password"),
    "backup onto a file": (["backup", "--to", "text.db"], "io_error"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_every_refusal_says_what_and_what_to_do(kangyi: Kangyi, tmp_path: Path, name: str) -> None:
    for file, content in (("empty.kyb", ""), ("text.db", "no database"), ("short.txt", "123\n")):
        (tmp_path / file).write_text(content, encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    words, code = REFUSALS[name]
    given: list[str | Path] = ["--data", kangyi.data, "--user", "head", "--password-file", kangyi.password_file]
    said = kangyi.run("--json", *(given if words else ()), *words)
    assert said.error["code"] == code, said.error
    assert said.error["message"]
    assert said.error["remedy"]
    assert said.status == (2 if code in USAGE else 3 if code in WORLD else 1), said.error
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_backup_that_is_not_there_is_said_and_leaves_no_folder(kangyi: Kangyi, tmp_path: Path) -> None:
    elsewhere = Kangyi(tmp_path / "new", kangyi.password_file)
    said = elsewhere("restore", tmp_path / "none.db")
    assert (said.status, said.error["code"], said.error["field"]) == (3, "io_error", "file")
    assert "none.db" in said.error["message"]
    assert not elsewhere.data.exists()


@pytest.mark.parametrize("is_made", [False, True])
def test_a_restore_that_fails_leaves_nothing(kangyi: Kangyi, tmp_path: Path, is_made: bool) -> None:
    done = kangyi("backup", "--to", tmp_path / "stick").answer
    file = Path(str(done["file"]))
    file.write_bytes(file.read_bytes()[:-100])
    elsewhere = Kangyi(tmp_path / "new", kangyi.password_file)
    if is_made:
        elsewhere.data.mkdir()
    said = elsewhere("restore", file)
    assert (said.status, said.error["code"]) == (3, "io_error")
    assert elsewhere.data.exists() == is_made
    assert not is_made or list(elsewhere.data.iterdir()) == []


def test_init_without_a_name_makes_the_head(kangyi: Kangyi, tmp_path: Path) -> None:
    new = tmp_path / "new"
    words: list[str | Path] = ["--password-file", kangyi.password_file, "--data", new]
    said = kangyi.run(
        "--json", "init", "--station", "青山站", "--division", "990101", "--recovery-out", tmp_path / "code.txt", *words
    )
    assert said.status == 0, said.err
    assert "head" in kangyi.run("init", "--help").out
    assert kangyi.run("--json", "people", *words).status == 0
