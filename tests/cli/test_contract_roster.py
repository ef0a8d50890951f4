"""Import of a roster as a stranger's script sees it: what is said is what happened."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import ROOT, Kangyi

SHEET = ROOT / "resources" / "demo" / "roster.xlsx"


def test_trial_run_does_not_claim_to_have_stored_anything(kangyi: Kangyi) -> None:
    said = kangyi("import-roster", SHEET, "--dry-run")
    assert (said.status, said.error["code"]) == (1, "rows_rejected")
    assert "没有保存任何内容" in said.error["message"]
    assert kangyi("people").answer["total"] == 0


def test_rows_are_not_stored_when_their_faults_cannot_be_written(kangyi: Kangyi, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = kangyi("import-roster", SHEET, "--errors", tmp_path / "file" / "errors.xlsx")
    assert said.status == 3
    assert said.error["remedy"]
    assert kangyi("people").answer["total"] == 0


def test_sheet_itself_is_never_written_over(kangyi: Kangyi, tmp_path: Path) -> None:
    sheet = tmp_path / "roster.xlsx"
    sheet.write_bytes(SHEET.read_bytes())
    assert kangyi("import-roster", sheet, "--errors", tmp_path / "." / "roster.xlsx").error["message"]
    assert sheet.read_bytes() == SHEET.read_bytes()
    assert kangyi("people").answer["total"] == 0
