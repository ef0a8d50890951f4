"""Runs in a process of its own under the shim: works on a disk that fails on command, and prints what happened."""

from __future__ import annotations

import ctypes
import errno
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from desktop.errors import OperationalError
from desktop.models.audit import AuditEntry
from desktop.models.exchange import Change
from desktop.models.people import Person
from desktop.store import audit, backup, disk
from desktop.store.connection import DatabaseKey
from desktop.store.engine import Store, create_database, open_database
from desktop.store.migrations import PROGRAM, History
from desktop.store.unit_of_work import Work

KEY = DatabaseKey(bytes(range(48)))
UUID = "0199c0de-0000-7000-8000-000000000001"
_shim = ctypes.CDLL(None)


def arm(number: int, error: int, forever: bool = False) -> None:
    _shim.ky_fault_arm(ctypes.c_long(number), error, int(forever))


def disarm() -> int:
    """Let the disk be whole again; return how many writes and syncs it saw."""
    count = int(_shim.ky_fault_count())
    arm(0, 0)
    return count


def code_of(action: object) -> str:
    try:
        action()  # type: ignore[operator]
    except OperationalError as fault:
        return fault.code
    return "done"


class Desk:
    """A store on the failing disk, and the numbers of the people that were acknowledged."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "station.db"
        create_database(self.path, KEY, {"db_uuid": UUID, "incarnation": "0"})
        self.acknowledged: set[str] = set()
        self._number = 0
        self.store: Store
        self.open()

    def open(self) -> None:
        self.store = open_database(self.path, KEY, UUID)
        self.work = Work(self.store, "actor", "station", lambda: datetime.now(UTC))

    def register(self) -> None:
        """Register three people in one unit of work; note their numbers only when it was acknowledged."""
        numbers = [f"N{self._number + step}" for step in range(3)]
        self._number += 3
        with self.work.write("person.registered") as db:
            db.add_all(Person(file_no=number, name="测试", search_text="村" * 3000) for number in numbers)
        self.acknowledged.update(numbers)

    def state(self) -> dict[str, object]:
        """What a later reader finds: nothing half, nothing lost."""
        with self.work.read() as db:
            people = set(db.scalars(select(Person.file_no)))
            counts = [db.scalar(select(func.count()).select_from(table)) or 0 for table in (Change, AuditEntry)]
            chain = audit.verify(db)
        return {
            "lost": sorted(self.acknowledged - people),
            "halves": len(people) % 3 or counts[0] - len(people) or counts[1] - len(people) // 3,
            "chain": chain.first_bad,
            "sound": backup.examine(self.store).is_sound,
        }


def each_write_fails_once(folder: Path, error: int) -> dict[str, object]:
    """Let the first, second ... write of a unit of work fail, until one passes without."""
    desk = Desk(folder)
    desk.register()
    outcomes, states = [], []
    for number in range(1, 200):
        arm(number, error)
        outcomes.append(code_of(desk.register))
        seen = disarm()
        states.append(desk.state())
        if seen < number:
            break
    after = code_of(desk.register)
    desk.store.close()
    desk.open()
    return {"outcomes": outcomes, "states": [*states, desk.state()], "after": after}


def full(folder: Path) -> dict[str, object]:
    """Everything that writes, on a full disk; then on the same disk with room again."""
    desk = Desk(folder)
    desk.register()
    note = folder / "note.json"
    disk.write_safely(note, b"old")
    before = sorted(file.name for file in folder.iterdir())
    arm(1, errno.ENOSPC, forever=True)
    codes = {
        "commit": code_of(desk.register),
        "file": code_of(lambda: disk.write_safely(note, b"new")),
        "backup": code_of(lambda: backup.copy(desk.store, KEY, folder / "copy.db")),
        "create": code_of(lambda: create_database(folder / "other.db", KEY, {"db_uuid": UUID})),
        "restore": code_of(
            lambda: backup.restore(folder.parent / "good.db", KEY, UUID, folder / "r.db", "a", datetime.now(UTC))
        ),
    }
    disarm()
    return {
        "codes": codes,
        "left": sorted(set(before) ^ {file.name for file in folder.iterdir()}),
        "note": note.read_text(),
        "after": code_of(desk.register),
        "state": desk.state(),
    }


def migration(folder: Path, future: Path) -> dict[str, object]:
    """Bring an older file forward on a disk that gets full at one point after the other."""
    desk = Desk(folder)
    desk.register()
    desk.store.close()
    history = History(future, f"{int(PROGRAM.head) + 1:04}")
    codes = []
    for number in (1, 10, 40, 90, 160, 320, 640, 1280):
        arm(number, errno.ENOSPC, forever=True)
        codes.append(code_of(lambda: open_database(desk.path, KEY, UUID, history).close()))
        disarm()
        if codes[-1] == "done":
            break
        desk.open()
        assert desk.state() == {"lost": [], "halves": 0, "chain": None, "sound": True}
        desk.store.close()
    open_database(desk.path, KEY, UUID, history).close()  # folds in a log that had no room at the last close
    return {"codes": codes, "left": sorted(file.name for file in folder.iterdir())}


def main() -> None:
    scenario, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir()
    if scenario == "full":
        spare = folder.parent / "spare"
        spare.mkdir()
        desk = Desk(spare)
        backup.copy(desk.store, KEY, folder.parent / "good.db")
        desk.store.close()
        result = full(folder)
    elif scenario == "migration":
        result = migration(folder, Path(sys.argv[3]))
    else:
        result = each_write_fails_once(folder, int(scenario))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
