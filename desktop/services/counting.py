"""What papers do to the rest of a file: services begin to count, and the case moves on (DOMAIN 3.2, hard gate)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.domain.consents import PersonFacts, may, standing
from desktop.models.people import Episode
from desktop.models.trainings import Attendance, Training
from desktop.models.visits import Visit
from desktop.services import codes, standings

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

_SIGNED, _IN_SERVICE = "signed", "in_service"


@cache
def is_attended(state: str) -> bool:
    """Say whether somebody with this attendance was there."""
    return bool(codes.entry("attendance", state).get("attended"))


@cache
def is_visit(method: str, met: str) -> bool:
    """Say whether a contact was a visit at all: not a telephone call, and somebody opened (DOMAIN 4.13)."""
    is_nobody = codes.entry("visit_met", met).get("is_nobody")
    return bool(codes.entry("visit_method", method).get("counts")) and not is_nobody


class Gate:
    """Says whether services of earlier days count by the papers of that day, wherever the case stands today."""

    def __init__(self, db: Session, person_ids: Collection[str]) -> None:
        facts = standings.facts_of(db, person_ids)
        self._facts = {one: replace(known, state=_IN_SERVICE) for one, known in facts.items()}

    def is_open(self, person_id: str, act: str, day: date) -> bool:
        """Say whether an act was permitted on a day."""
        return person_id in self._facts and may(self._facts[person_id], act, day, codes.consent_rules()).yes


def begin_service(db: Session, person_ids: Collection[str], on: date) -> None:
    """Move signed cases into service on the first service that counts."""
    for person_id, facts in standings.facts_of(db, person_ids).items():
        if facts.state == _SIGNED and may(facts, "serve", on, codes.consent_rules()).yes:
            _move(db, person_id, _IN_SERVICE)


def recount(db: Session, person_ids: Collection[str]) -> None:
    """Count anew what was recorded of people, after their papers changed or were taken back."""
    db.flush()
    for person_id, facts in standings.facts_of(db, person_ids).items():
        _recount(db, person_id, replace(facts, state=_IN_SERVICE))


def after_papers(db: Session, person_ids: Collection[str], today: date) -> None:
    """Let a case follow its papers, and count anew what was recorded before the papers arrived."""
    db.flush()
    for person_id, facts in standings.facts_of(db, person_ids).items():
        _follow(db, person_id, facts, today)
        _recount(db, person_id, replace(facts, state=_IN_SERVICE))


def _follow(db: Session, person_id: str, facts: PersonFacts, today: date) -> None:
    if not (_is_signed(facts, today) and _permits(facts)):
        return
    state = codes.lifecycle().after_signing(facts.state)
    if state == _SIGNED and may(replace(facts, state=state), "serve", today, codes.consent_rules()).yes:
        state = _IN_SERVICE
    if state != facts.state:
        _move(db, person_id, state)


def _is_signed(facts: PersonFacts, today: date) -> bool:
    """Say whether both papers are signed and run now or later."""
    both = [standing(papers, today, 0) for papers in (facts.consents, facts.agreements)]
    return all(paper.is_in_force or paper.since is not None for paper in both)


def _permits(facts: PersonFacts) -> bool:
    """Say whether the scopes without which nobody can be served were agreed to on the newest consent."""
    needed = codes.consent_rules().needed_scopes
    return any(
        all(paper.agrees(scope, paper.valid_from) for scope in needed) for paper in facts.consents if paper.valid_from
    )


def _move(db: Session, person_id: str, state: str) -> None:
    episode = db.scalar(
        select(Episode)
        .where(Episode.person_id == person_id, Episode.is_deleted.is_(False))
        .order_by(Episode.opened_on.desc(), Episode.id.desc())
        .limit(1)
    )
    if episode is not None:
        episode.state = state


def _recount(db: Session, person_id: str, facts: PersonFacts) -> None:
    rules = codes.consent_rules()
    attended = select(Attendance, Training.held_on).join(Training, Training.id == Attendance.training_id)
    for one, held_on in db.execute(attended.where(Attendance.person_id == person_id, Attendance.is_deleted.is_(False))):
        one.is_counted = is_attended(one.state) and may(facts, "serve", held_on, rules).yes
    for visit in db.scalars(select(Visit).where(Visit.person_id == person_id, Visit.is_deleted.is_(False))):
        visit.is_counted = is_visit(visit.method, visit.met) and may(facts, "visit", visit.visited_on, rules).yes
