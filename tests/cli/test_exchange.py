"""The verbs of the exchange: hub, enrol, export, bundle, receipt - through the real program."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.services import hub as hubs
from desktop.services.accounts import AccountDraft
from desktop.services.clock import SystemClock
from desktop.vault.keys import FLOOR
from tests.cli.conftest import Kangyi, Said
from tests.conftest import PASSWORD
from tests.store.postgres import PASSWORD as SERVER_PASSWORD
from tests.store.postgres import postgres_cluster, postgres_database

__all__ = ["postgres_cluster", "postgres_database"]

BUNDLE_KEYS = {"file", "bundle_id", "status", "code", "taken", "kept", "rejected", "conflicts", "receipt"}


@pytest.fixture
def hub_folder(tmp_path: Path) -> Path:
    """A closed hub with the cheapest password work; `hub init` itself is tested once."""
    folder, account = tmp_path / "hub", AccountDraft("op", "县", "operator", PASSWORD)
    hubs.create_hub(folder, "测试县民政局", account, SystemClock(), kdf=FLOOR).close()
    return folder


def at_hub(kangyi: Kangyi, where: Path | str, verb: str, *words: str | Path) -> Said:
    """Run a verb of the hub."""
    return kangyi.run("--json", "hub", verb, "--db", str(where), "--password-file", kangyi.password_file, *words)


def join(kangyi: Kangyi, hub: Path, tmp_path: Path) -> Path:
    """Enrol the station; return the stick."""
    stick = tmp_path / "usb"
    request = kangyi("enrol", "request", "--to", stick).answer
    done = at_hub(kangyi, hub, "enrol", request["file"], "--out", stick / "c.kyc").answer
    assert done["fingerprint"] == request["fingerprint"]
    assert kangyi("enrol", "take", stick / "c.kyc").answer["hub"] == "测试县民政局"
    return stick


def test_a_bundle_there_and_a_receipt_back(kangyi: Kangyi, hub_folder: Path, tmp_path: Path) -> None:
    stick = join(kangyi, hub_folder, tmp_path)
    told = kangyi("export", "--to", stick).answer
    assert told.keys() >= {
        "file", "bundle_id", "kind", "seq", "first_seq", "last_seq", "changes", "persons", "withheld_persons",
        "withheld_changes", "sha256", "prev_sha256",
    }  # fmt: skip
    assert (told["kind"], told["seq"], told["first_seq"], told["changes"]) == ("full", 1, 1, 2)
    looked = kangyi.run("--json", "bundle", "inspect", told["file"]).answer
    assert looked["manifest"]["bundle_id"] == told["bundle_id"]
    assert [member["name"] for member in looked["members"]] == ["manifest.json", "manifest.sig", "payload.age"]
    assert all(member.keys() == {"name", "size", "sha256"} for member in looked["members"])
    checked = kangyi.run("--json", "bundle", "verify", told["file"], "--trust", stick / "c.kyc").answer
    assert (checked["valid"], checked["code"]) == (True, None)
    assert checked["sender"] == looked["manifest"]["from"]
    said = at_hub(kangyi, hub_folder, "import", stick, "--receipts", stick / "receipts").answer
    (done,) = said["bundles"]
    assert done.keys() >= BUNDLE_KEYS
    assert (done["status"], done["code"], done["taken"], done["file"]) == ("applied", None, 2, told["file"])
    assert at_hub(kangyi, hub_folder, "people").answer["people"] == []
    receipt = kangyi("receipt", done["receipt"]).answer
    assert receipt.keys() >= {"for_bundle", "acked_seq", "taken", "rejected", "conflicts", "came_down"}
    assert (receipt["for_bundle"], receipt["acked_seq"], receipt["came_down"]) == (told["bundle_id"], 2, 0)
    again = at_hub(kangyi, hub_folder, "import", told["file"], "--receipts", stick / "receipts")
    assert again.status == 0
    assert again.answer["bundles"][0]["status"] == "repeated"


def test_what_is_wrong_with_a_file_is_said_with_a_code(kangyi: Kangyi, hub_folder: Path, tmp_path: Path) -> None:
    stick = join(kangyi, hub_folder, tmp_path)
    file = Path(kangyi("export", "--to", stick).answer["file"])
    data = file.read_bytes()
    (stick / "cut.kyb").write_bytes(data[:-5])
    (stick / "forged.kyb").write_bytes(data[:1000] + bytes([data[1000] ^ 1]) + data[1001:])
    said = at_hub(
        kangyi,
        hub_folder,
        "import",
        stick / "cut.kyb",
        stick / "forged.kyb",
        file,
        stick / "absent.kyb",
        "--receipts",
        stick,
    )
    assert (said.status, said.error["code"]) == (1, "truncated")
    assert [(one["status"], one["code"]) for one in said.answer["bundles"]] == [
        ("refused", "truncated"), ("refused", "forged"), ("applied", None), ("refused", "missing_file"),
    ]  # fmt: skip
    checked = kangyi.run("--json", "bundle", "verify", stick / "forged.kyb", "--trust", stick / "c.kyc")
    assert (checked.status, checked.answer["valid"], checked.answer["code"]) == (1, False, "forged")
    assert kangyi.run("--json", "bundle", "inspect", stick / "cut.kyb").error["code"] == "truncated"
    assert kangyi.run("--json", "bundle", "inspect", hub_folder / "hub.db").status == 3
    assert kangyi("receipt", stick / "cut.kyb").error["code"] == "truncated"
    assert kangyi("receipt", file).error["code"] == "not_a_receipt"


def test_nothing_is_exported_before_enrolment_or_to_nowhere(kangyi: Kangyi, tmp_path: Path) -> None:
    said = kangyi("export", "--to", tmp_path / "usb")
    assert (said.status, said.error["code"]) == (1, "not_enrolled")
    said = kangyi("export", "--to", tmp_path / "not" / "there")
    assert (said.status, said.error["code"]) == (3, "io_error")


def test_a_hub_is_made_once_and_on_a_server_too(kangyi: Kangyi, tmp_path: Path, postgres_database: str) -> None:
    code = tmp_path / "recovery.txt"
    made = at_hub(kangyi, tmp_path / "h", "init", "--user", "op", "--name", "县", "--recovery-out", code).answer
    assert made["name"] == "县"
    assert len(code.read_text().strip()) == 34
    again = at_hub(kangyi, tmp_path / "h", "init", "--recovery-out", tmp_path / "other.txt")
    assert (again.status, again.error["code"]) == (3, "in_use")
    assert not (tmp_path / "other.txt").exists()
    secret = tmp_path / "server.txt"
    secret.write_text(SERVER_PASSWORD + "\n")
    keys = tmp_path / "pg"
    server = ("--data", keys, "--db-password-file", secret)
    assert at_hub(kangyi, postgres_database, "init", *server).answer["recovery_file"] is None
    assert at_hub(kangyi, postgres_database, "people", *server).answer["total"] == 0
    assert at_hub(kangyi, postgres_database, "people", "--data", keys).error["code"] == "io_error"


def test_a_password_in_an_address_is_a_wrong_use(kangyi: Kangyi) -> None:
    said = at_hub(kangyi, "postgresql://u:secret@host/db", "people")
    assert said.status == 2
    assert "secret" not in said.out + said.err


def test_a_missing_hub_is_said(kangyi: Kangyi, tmp_path: Path) -> None:
    said = at_hub(kangyi, tmp_path / "nothing", "people")
    assert (said.status, said.error["code"]) == (3, "missing_key")
    assert not (tmp_path / "nothing").exists()
