"""Saving a training sheet with 20 people; the floor is a transaction of as many plain rows with the same durability."""

from __future__ import annotations

import sqlite3
import statistics
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from desktop.services.people import PeopleQuery
from desktop.services.trainings import AttendanceLine, TrainingDraft
from tests.bench import crowd
from tests.bench.floor import Figure, seconds

PEOPLE, ROUNDS = 20, 15


def measure(folder: Path) -> list[Figure]:
    """Record a session a day."""
    ours, floor = [], []
    with crowd.crowded(2_000, folder / "attendance") as services, closing(_plain(folder / "rows.db")) as plain:
        ids = [row.id for row in services.people.rows(PeopleQuery(only="in_service", limit=PEOPLE)).rows]
        for number in range(ROUNDS):
            draft = _sheet(services.actor.user_id, ids, number)
            ours.append(seconds(lambda draft=draft: services.trainings.record(draft)))
            floor.append(seconds(lambda: _store(plain, ids)))
    return [
        Figure(f"attendance for {PEOPLE} saved", statistics.median(ours), "plain SQLite", statistics.median(floor),
               "under 200 ms", most_seconds=0.2)
    ]  # fmt: skip


def _sheet(leader: str, ids: list[str], days_ago: int) -> TrainingDraft:
    lines = tuple(
        AttendanceLine(one, state="present", participation="active", mood_before=5, mood_after=7, note="全部完成")
        for one in ids
    )
    return TrainingDraft(
        held_on=(crowd.DAY - timedelta(days=days_ago)).isoformat(), starts="09:00", ends="10:30", training_type="04",
        theme="家务料理", place="skills", leader_id=leader, content="整理床铺、洗碗", lines=lines,
    )  # fmt: skip


def _plain(path: Path) -> sqlite3.Connection:
    plain = sqlite3.connect(path, isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("PRAGMA synchronous=FULL")
    plain.execute("CREATE TABLE attendance (id INTEGER PRIMARY KEY, person_id TEXT, state TEXT, note TEXT)")
    return plain


def _store(plain: sqlite3.Connection, ids: list[str]) -> None:
    plain.execute("BEGIN IMMEDIATE")
    rows = [(one, "present", "全部完成") for one in ids]
    plain.executemany("INSERT INTO attendance (person_id, state, note) VALUES (?, ?, ?)", rows)
    plain.execute("COMMIT")
