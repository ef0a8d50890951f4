"""Years lived through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from desktop.services import keys
from desktop.services.catalogue import Services
from desktop.services.clock import PracticeClock
from desktop.services.fiction import Fiction, practice_station
from desktop.services.history import History
from desktop.services.people import PeopleQuery, PersonRow
from desktop.services.surveys import SurveyQuery, SurveyRow
from desktop.vault.keys import FLOOR

DAY = date(2026, 3, 31)
PEOPLE = 6


def lived(folder: Path, seed: int) -> tuple[Services, History]:
    """Make a station and live a year in it."""
    clock = PracticeClock(DAY - timedelta(days=365))
    head = keys.AccountDraft("head", "林晓岚", "head", "青山依旧在几度夕阳红")
    services = keys.create_station(
        folder, practice_station(), head, "A", keys.new_recovery_code(), clock, FLOOR, is_practice=True
    )
    history = History(services, clock, seed)
    history.live(Fiction(seed, DAY).people(PEOPLE), DAY - timedelta(days=1))
    clock.move_to(DAY)
    history.survey(Fiction(seed + 1, DAY).people(10, is_special=False), DAY)
    return services, history


def without_ids(services: Services) -> list[PersonRow]:
    return [replace(row, id="") for row in services.people.rows(PeopleQuery()).rows]


def asked(services: Services) -> list[SurveyRow]:
    return [replace(row, id="", person_id="") for row in services.surveys.rows(SurveyQuery()).rows]


def claimed(services: Services) -> list[tuple[str, str, str]]:
    people = services.people.rows(PeopleQuery()).rows
    return [(one.file_no, row.kind, row.state) for one in people for row in services.benefits.of(one.id).rows]


def test_equal_seed_lives_equal_lives_and_another_seed_others(tmp_path: Path) -> None:
    found = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        services, _ = lived(tmp_path / name, seed)
        found.append((without_ids(services), asked(services), claimed(services)))
        services.close()
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_life_leaves_papers_visits_and_sessions_on_their_days(tmp_path: Path) -> None:
    services, history = lived(tmp_path, 1)
    first = DAY - timedelta(days=365)
    visits, sessions = services.visits.rows(first, DAY), services.trainings.rows(first, DAY)
    assert len(visits) >= PEOPLE
    assert len(sessions) > 20
    assert all(first <= visit.on < DAY for visit in visits)
    assert services.desk.clock.today() == DAY
    words = {row.consent for row in services.people.rows(PeopleQuery()).rows}
    assert words & {"in_force", "expiring"}
    assert {row.at.date() for row in services.audit.rows(limit=1000)} >= {visit.on for visit in visits}
    assert {state for _, _, state in claimed(services)} >= {"receiving"}
    sums = services.surveys.sums()
    assert (sums.by_result[""], sums.clients) == (14, 4)
    assert history.hold_session(DAY) is not None
    assert len(history.visit(DAY, 2)) <= 2
    assert services.integrity.check().is_ok
    services.close()
