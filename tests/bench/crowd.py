"""A station with a crowd of fictional people, made in bulk through the real store and kept under build/ by schema."""

from __future__ import annotations

import gc
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, insert

from desktop.domain.calendar import read_day
from desktop.models import Base
from desktop.models.base import new_id
from desktop.models.people import Person
from desktop.services import codes, keys, searching
from desktop.services.clock import PracticeClock
from desktop.services.fiction import Fiction, practice_station
from desktop.store import connection
from desktop.store.migrations import PROGRAM
from desktop.vault.keys import FLOOR

if TYPE_CHECKING:
    from desktop.domain.people import PersonDraft
    from desktop.services.catalogue import Services

DAY = date(2026, 3, 31)
LOGIN, PASSWORD = "head", "青山依旧在几度夕阳红"
MANY = 20_000
LARGE = 100_000
_ROOT = Path(__file__).parents[2]
_BUILD = _ROOT / "build" / "bench"
_SCHEMA = _ROOT / "desktop" / "store" / "migrations" / "versions"
_EDITION = 2  # counts up when what is made below changes
_SCOPES = "abcdefghijklm"
_PERSON_FIELDS = (
    "name", "sex", "id_no", "ethnicity", "phone", "village", "township", "address", "disability_no", "service_class",
    "service_mode", "warning_note",
)  # fmt: skip

Rows = dict[str, list[dict[str, Any]]]


def make_station(folder: Path) -> Services:
    """Make a practice station without anybody in it."""
    account = keys.AccountDraft(LOGIN, "林晓岚", "head", PASSWORD)
    code = keys.new_recovery_code()
    return keys.create_station(folder, practice_station(), account, "A", code, PracticeClock(DAY), FLOOR, True)


@contextmanager
def crowded(people: int, folder: Path) -> Iterator[Services]:
    """Give an unlocked copy, in `folder`, of a station with so many people."""
    gc.disable()  # as desktop/main.py does: only the window's thread collects
    shutil.copytree(_kept(people), folder)
    services = keys.unlock(folder, LOGIN, PASSWORD, PracticeClock(DAY))
    try:
        yield services
    finally:
        services.close()


def _kept(people: int) -> Path:
    """Return the closed station, made at the first use."""
    folder = _BUILD / f"crowd-{PROGRAM.head}-{_schema()}-{_EDITION}-{people}"
    if not folder.exists():
        part = folder.with_suffix(".new")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", __name__, str(part / "station"), str(people)], check=True)
        part.rename(folder)
    return folder / "station"


def _schema() -> str:
    """Return a mark that changes with the tables: a revision that is not out yet grows while it is worked on."""
    steps = b"".join(path.read_bytes() for path in sorted(_SCHEMA.glob("r*.py")))
    return sha256(steps).hexdigest()[:8]


def _make(folder: Path, people: int) -> None:
    """Make the station in a process of its own: wiping its memory (decision 11) would make this last half an hour."""
    connection._OPENING = tuple(one for one in connection._OPENING if "memory_security" not in one)
    services = make_station(folder)
    _fill(services, people)
    services.close()


def _fill(services: Services, people: int) -> None:
    """Store everybody in one transaction, the triggers watching; a whole table in one statement."""
    rows = _rows(services.actor.user_id, people)
    stamped = stamps(services)
    with services.desk.work.write("bench.fill") as db:
        for name, some in rows.items():
            table: Table = Base.metadata.tables[name]
            db.execute(insert(table), [stamped | row for row in some])


def stamps(services: Services) -> dict[str, Any]:
    """Return what every record carries, for rows that are written past the unit of work."""
    now, who = services.desk.clock.now(), services.actor.user_id
    return {
        "station_id": services.desk.facts.station_id, "revision": 1, "is_deleted": False, "created_at": now,
        "created_by": who, "updated_at": now, "updated_by": who,
    }  # fmt: skip


def _rows(staff: str, people: int) -> Rows:
    dice = random.Random(people)
    names = ("person", "guardian", "clinical_profile", "episode", "consent", "consent_scope", "agreement", "visit")
    rows: Rows = {name: [] for name in names}
    for number, draft in enumerate(Fiction(1, DAY, years=3).people(people)):
        person_id = new_id()
        _add_file(rows, person_id, number, draft)
        if number % 7 != 3:
            _add_papers(rows, person_id, dice)
        for _ in range(dice.randint(0, 4)):
            _add_visit(rows, person_id, staff, dice)
    return rows


def _add_file(rows: Rows, person_id: str, number: int, draft: PersonDraft) -> None:
    filed_on = read_day(draft.filed_on)
    person = {name: getattr(draft, name) or None for name in _PERSON_FIELDS} | {
        "id": person_id, "file_no": f"QS01-2026-A{number + 1:05}", "birth_on": read_day(draft.birth_on),
        "filed_on": filed_on, "id_type": "01", "has_dibao": draft.has_dibao, "capacity_status": "undetermined",
        "is_draft": False,
    }  # fmt: skip
    known = Person(**{name: person[name] for name in ("name", "file_no", "id_no", "village", "township")})
    illness = codes.label_of("diagnosis_category", draft.diagnosis_category)
    telephones = (draft.phone, draft.guardian.phone)
    person["search_text"] = searching.spellings(known, telephones, draft.guardian.name, illness)
    rows["person"].append(person)
    rows["guardian"].append(
        {"id": new_id(), "person_id": person_id, "name": draft.guardian.name, "relation": draft.guardian.relation,
         "phone": draft.guardian.phone, "is_guardian": True, "from_on": filed_on}
    )  # fmt: skip
    rows["clinical_profile"].append(
        {"id": new_id(), "person_id": person_id, "noted_on": filed_on, "diagnosis_category": draft.diagnosis_category,
         "diagnosis_hospital": draft.diagnosis_hospital, "medicines": draft.medicines,
         "danger_level": int(draft.danger_level or 0)}
    )  # fmt: skip
    state = "closed" if number % 25 == 24 else "in_service"
    rows["episode"].append({"id": new_id(), "person_id": person_id, "state": state, "opened_on": filed_on})


def _add_papers(rows: Rows, person_id: str, dice: random.Random) -> None:
    """Add consent and agreement of one year; some ran out, some are about to."""
    signed_on = DAY - timedelta(days=dice.choice((30, 60, 120, 200, 300, 340, 355, 370)))
    paper = {
        "person_id": person_id, "status": "in_force", "signed_on": signed_on, "valid_from": signed_on,
        "valid_to": signed_on + timedelta(days=364), "is_client_signed": True, "is_guardian_signed": True,
        "evidence": "paper",
    }  # fmt: skip
    consent_id = new_id()
    rows["consent"].append(paper | {"id": consent_id})
    rows["agreement"].append(paper | {"id": new_id()})
    rows["consent_scope"] += [
        {"id": new_id(), "person_id": person_id, "consent_id": consent_id, "scope": scope, "is_agreed": True}
        for scope in _SCOPES
    ]


def _add_visit(rows: Rows, person_id: str, staff: str, dice: random.Random) -> None:
    visited_on = DAY - timedelta(days=dice.randint(1, 300))
    rows["visit"].append(
        {"id": new_id(), "person_id": person_id, "visited_on": visited_on, "starts": "09:00", "ends": "10:00",
         "method": dice.choice(("home", "home", "phone")), "visitor_id": staff, "met": "client",
         "purposes": ["followup"], "mental_state": "stable", "medication": "regular", "danger_level": 0,
         "problems": "夜里睡不好，白天没精神", "handling": "告知家属按时服药",
         "next_visit_on": visited_on + timedelta(days=dice.choice((20, 30, 45, 90))), "is_counted": True}
    )  # fmt: skip


if __name__ == "__main__":
    _make(Path(sys.argv[1]), int(sys.argv[2]))
