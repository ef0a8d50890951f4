"""people, print and import-roster from the terminal."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.cli.conftest import ROOT, Kangyi

KEYS = {"id", "file_no", "name", "sex", "birth_on", "id_masked", "village", "state", "consent", "agreement"}


def test_people_come_sorted_masked_and_page_by_page(kangyi_filled: Kangyi) -> None:
    whole = kangyi_filled("people", "--limit", "100").answer
    assert whole["total"] == len(whole["people"]) == 40
    assert whole["next"] is None
    assert all(person.keys() == KEYS for person in whole["people"])
    assert [person["file_no"] for person in whole["people"]] == sorted(person["file_no"] for person in whole["people"])
    assert all("****" in person["id_masked"] for person in whole["people"])
    pages, after = [], []
    while True:
        page = kangyi_filled("people", "--limit", "15", *after).answer
        pages += page["people"]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]
    assert pages == whole["people"]


def test_people_are_found_by_what_the_staff_type(kangyi_filled: Kangyi) -> None:
    found = kangyi_filled("people", "--search", "䶮").answer["people"]
    assert [person["name"] for person in found] == ["㛃䶮"]
    assert kangyi_filled("people", "--search", "没有这个人").answer["people"] == []


def test_printed_file_is_the_stored_paper(kangyi_filled: Kangyi, tmp_path: Path) -> None:
    person = kangyi_filled("people", "--limit", "1").answer["people"][0]
    out = tmp_path / "consent.pdf"
    words = ("print", "--person", person["file_no"], "--document", "consent", "--out")
    answer = kangyi_filled(*words, out).answer
    assert out.read_bytes().startswith(b"%PDF-")
    assert hashlib.sha256(out.read_bytes()).hexdigest() == answer["file_sha256"]
    assert answer["pages"] >= 1
    assert len(answer["content_hash"]) == 64
    again = kangyi_filled(*words, out)
    assert again.status == 2
    other = kangyi_filled(*words, tmp_path / "second.pdf").answer
    assert other["document_no"] != answer["document_no"]


def test_print_for_nobody_and_of_nothing_is_said(kangyi_filled: Kangyi, tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    said = kangyi_filled("print", "--person", "X-1", "--document", "consent", "--out", out)
    assert (said.status, said.error["code"]) == (1, "no_such_person")
    assert kangyi_filled("print", "--person", "X-1", "--document", "poem", "--out", out).status == 2
    said = kangyi_filled("print", "--person", "X-1", "--document", "consent", "--out", tmp_path / "no" / "x.pdf")
    assert said.status == 3
    assert not out.exists()


def test_roster_is_taken_once_and_told_row_by_row(kangyi: Kangyi, tmp_path: Path) -> None:
    sheet = ROOT / "resources" / "demo" / "roster.xlsx"
    dry = kangyi("import-roster", sheet, "--dry-run").answer
    assert kangyi("people").answer["total"] == 0
    said = kangyi("import-roster", sheet, "--errors", tmp_path / "errors.xlsx")
    answer = said.answer
    assert answer["imported"] + answer["drafts"] > 0
    assert {name: dry[name] for name in ("rows", "imported", "drafts", "rejected")} == {
        name: answer[name] for name in ("rows", "imported", "drafts", "rejected")
    }
    assert answer["faults"]
    assert all(fault.keys() == {"excel_row", "column", "verdict", "code", "message"} for fault in answer["faults"])
    if answer["rejected"]:
        assert (said.status, answer["error"]["code"]) == (1, "rows_rejected")
        assert Path(answer["errors_file"]).read_bytes().startswith(b"PK")
    again = kangyi("import-roster", sheet).answer
    assert again["imported"] == again["updated"] == 0
    assert kangyi("people").answer["total"] > 0


def test_file_that_is_no_roster_stores_nothing(kangyi: Kangyi, tmp_path: Path) -> None:
    (tmp_path / "letter.xlsx").write_text("Dear all")
    for file in (tmp_path / "letter.xlsx", tmp_path / "missing.xlsx"):
        said = kangyi("import-roster", file)
        assert said.status in (1, 3)
        assert said.error["message"]
    assert kangyi("people").answer["total"] == 0
