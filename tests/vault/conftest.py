"""A key file made once with the cheapest allowed cost; each test gets its own copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.vault import keys

PASSWORD = "四个不相干的词连成一句"
OTHER_PASSWORD = "另一个人自己才懂的句子"
HEAD = keys.SlotFacts("u-head", "li", "李站长", "head")
WORKER = keys.SlotFacts("u-worker", "wang", "王社工", "worker")
IDENTITY = keys.KeyFileIdentity("s-1", "r-1", "d-1")


@dataclass(frozen=True)
class Made:
    """The bytes of a fresh key file and what opens it."""

    data: bytes
    code: str
    database_key: bytes
    sign_key: str


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("keys")
    files = (folder / "A", folder / "B")
    code = keys.new_recovery_code()
    vault = keys.create(files, IDENTITY, HEAD, PASSWORD, code, keys.FLOOR)
    assert files[0].read_bytes() == files[1].read_bytes()
    return Made(files[0].read_bytes(), code, vault.database_key(), vault.signing.public_text)


@pytest.fixture
def files(tmp_path: Path, made: Made) -> tuple[Path, Path]:
    pair = (tmp_path / "station.keys.A.json", tmp_path / "station.keys.B.json")
    for file in pair:
        file.write_bytes(made.data)
    return pair


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count how often the slow function ran."""
    from desktop.vault import kdf

    runs = []
    real = kdf.work

    def counted(secret: bytes, salt: bytes, cost: kdf.KdfParameters) -> bytes:
        runs.append(cost)
        return real(secret, salt, cost)

    monkeypatch.setattr(keys, "work", counted)
    return lambda: len(runs)
