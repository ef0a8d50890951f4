"""The frame of every verb: one JSON object, sentences elsewhere, exit statuses, no secret in sight."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Kangyi
from tests.conftest import PASSWORD


def test_json_is_one_object_in_utf8_whatever_the_locale_says(kangyi: Kangyi) -> None:
    words = ("--json", "check", "--data", kangyi.data, "--password-file", kangyi.password_file, "--user", "nobody")
    said = kangyi.run(*words, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert said.error["code"] == "wrong_password"
    assert "密码" in said.out
    assert said.status == 1


def test_without_json_people_read_sentences(kangyi: Kangyi) -> None:
    said = kangyi.run("check", "--data", kangyi.data, "--password-file", kangyi.password_file)
    assert said.status == 0
    assert "检查完毕" in said.out
    with pytest.raises(json.JSONDecodeError):
        json.loads(said.out)


def test_options_may_stand_before_and_after_the_verb(kangyi: Kangyi) -> None:
    before = kangyi.run("--json", "--data", kangyi.data, "--password-file", kangyi.password_file, "people")
    after = kangyi.run("people", "--json", "--data", kangyi.data, "--password-file", kangyi.password_file)
    assert before.answer["people"] == after.answer["people"] == []


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["people", "--limit", "0"],
        ["people", "--limit", "many"],
        ["people", "--bogus", "1"],
        ["people", "--on", "31.3.2026"],
        ["print", "--person", "X"],
        ["print", "--person", "X", "--document", "consent", "--out"],
        ["check", "more", "words"],
        [],
    ],
)
def test_wrong_command_line_is_exit_2_and_a_chinese_sentence(kangyi: Kangyi, words: list[str]) -> None:
    said = kangyi(*words)
    assert said.status == 2
    assert said.error["code"] == "usage"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said.error["message"])


@pytest.mark.parametrize(
    "words",
    [
        ["--password", "geheim-geheim"],
        ["--password=geheim-geheim"],
        ["--pass", "geheim-geheim"],
        ["-p", "geheim-geheim"],
        ["-pgeheim-geheim"],
        ["--recovery-code", "geheim-geheim"],
        ["--key=geheim-geheim"],
        ["--db-password", "geheim-geheim"],
        ["--search", "AGE-SECRET-KEY-1GEHEIM-GEHEIM"],
        ["--search", "postgresql://hub:geheim-geheim@db/hub"],
        ["--search=postgresql://db/hub?password=geheim-geheim"],
        ["--search", "64VF-8QVW-C757-AX2P-6NV7-BCA4-TKY8"],
        ["--search", "0" * 96],
    ],
)
def test_secret_on_the_command_line_is_exit_2_and_not_repeated(kangyi: Kangyi, words: list[str]) -> None:
    said = kangyi("people", *words)
    assert said.status == 2
    assert said.error["code"] == "usage"
    for shown in (said.out, said.err):
        assert "geheim" not in shown.lower()
        assert "64VF" not in shown
        assert "0" * 96 not in shown


def test_password_is_asked_for_only_as_a_file(kangyi: Kangyi) -> None:
    said = kangyi.run("--json", "people", "--data", kangyi.data)
    assert (said.status, said.error["field"]) == (2, "password_file")


def test_account_may_be_left_out_when_there_is_one_and_called_by_its_name(kangyi: Kangyi) -> None:
    words = ("--json", "people", "--data", kangyi.data, "--password-file", kangyi.password_file)
    assert kangyi.run(*words).status == 0
    assert kangyi.run(*words, "--user", "林晓岚").status == 0


@pytest.mark.parametrize("content", [b"", b"\n" + PASSWORD.encode(), b"\xff\xfe\n"])
def test_password_file_without_a_first_line_is_exit_2(kangyi: Kangyi, content: bytes) -> None:
    kangyi.password_file.write_bytes(content)
    assert kangyi("people").status == 2


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (PASSWORD.encode(), 0),
        (PASSWORD.encode() + b"\r\n", 0),
        (PASSWORD.encode() + b" \n", 1),
        (b" " + PASSWORD.encode(), 1),
    ],
)
def test_password_is_the_first_line_without_its_end_and_nothing_else_trimmed(
    kangyi: Kangyi, content: bytes, status: int
) -> None:
    kangyi.password_file.write_bytes(content)
    assert kangyi("people").status == status


def test_missing_password_file_is_exit_2(kangyi: Kangyi) -> None:
    kangyi.password_file.unlink()
    assert kangyi("people").status == 2


def test_help_and_version_are_chinese_and_touch_nothing(kangyi: Kangyi, tmp_path: Path) -> None:
    said = kangyi.run("--help", XDG_DATA_HOME=str(tmp_path / "home"))
    assert said.status == 0
    assert "导入花名册" in said.out
    assert "usage" not in said.out
    assert not (tmp_path / "home").exists()
    assert kangyi.run("--version").out.startswith("kangyi ")
    assert kangyi.run("people", "--help").status == 0


def test_made_up_day_moves_a_practice_station(kangyi: Kangyi) -> None:
    assert kangyi("check", "--on", "2026-03-31").status == 0


def test_reader_that_goes_away_early_gets_no_traceback(kangyi: Kangyi) -> None:
    words = ["check", "--json", "--data", str(kangyi.data), "--password-file", str(kangyi.password_file)]
    asked = subprocess.Popen(
        [sys.executable, "-m", "desktop", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert asked.stdout is not None
    assert asked.stderr is not None
    asked.stdout.close()
    told = asked.stderr.read().decode("utf-8")
    asked.stderr.close()
    assert asked.wait() == 0
    assert "Error" not in told


def test_usage_is_told_before_the_state_of_the_world(kangyi: Kangyi, tmp_path: Path) -> None:
    said = kangyi.run("--json", "people", "--data", tmp_path / "nowhere")
    assert (said.status, said.error["field"]) == (2, "password_file")
