"""How long it takes until the login window is painted, and until an unlocked station stands behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from desktop.services import keys
from desktop.services.clock import SystemClock
from desktop.services.fiction import practice_station
from desktop.services.folders import StationFolder
from desktop.vault import kdf
from desktop.vault.keyfile import read_best
from tests.bench import first_paint
from tests.bench.floor import Figure, in_turns

LOGIN, PASSWORD = "head", "青山依旧在几度夕阳红"
ROUNDS = 9


def measure(folder: Path) -> list[Figure]:
    """Make a station as the wizard does, with the cost of its password calibrated on this machine."""
    home = folder / "home"
    station = home / "kangyi" / "station"
    account = keys.AccountDraft(LOGIN, "林晓岚", "head", PASSWORD)
    code = keys.new_recovery_code()
    keys.create_station(station, practice_station(), account, "A", code, SystemClock(), is_practice=True).close()
    return [measure_window(home), measure_unlock(station)]


def measure_window(home: Path) -> Figure:
    """Start both programs in turns until their windows are painted, warm: compiled, and read from the disk before."""
    start(home, first_paint.PROGRAM)
    start(home)
    ours, floor = in_turns(lambda: start(home, first_paint.PROGRAM), lambda: start(home), ROUNDS)
    return Figure("start to painted login window", ours, "bare PySide6 window", floor, "at most 1.5x", most_ratio=1.5)


def start(home: Path, *arguments: str) -> None:
    """Start one program of a user whose data stand in `home`, and return when its window is painted."""
    command = [sys.executable, "-m", "tests.bench.first_paint", *arguments]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(home)}
    env["PYTHONPYCACHEPREFIX"] = str(home.with_name("compiled"))
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"painted\n"


def measure_unlock(folder: Path) -> Figure:
    """Unlock with the calibrated cost; the floor is Argon2id alone with the same cost."""
    slot = read_best(StationFolder(folder).key_files)[0].slots[0]
    cost = kdf.KdfParameters(*(slot["kdf"][name] for name in ("m", "t", "p")))
    ours, floor = in_turns(
        lambda: keys.unlock(folder, LOGIN, PASSWORD, SystemClock()).close(),
        lambda: kdf.work(PASSWORD.encode(), bytes(16), cost),
        ROUNDS // 2,
    )
    return Figure("unlock", ours, "Argon2id", floor, "0.8-1.5 s, calibrated when made", most_seconds=1.5)
