"""Years of a practice station, lived day by day through the services: filing, signing, visiting, training, claiming."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from desktop import resources
from desktop.services.benefits import BenefitDraft
from desktop.services.catalogue import Services
from desktop.services.clock import PracticeClock
from desktop.services.codes import entries
from desktop.services.consents import ScopeAnswer, SignedPaper
from desktop.services.people import PersonDraft
from desktop.services.surveys import SurveyDraft
from desktop.services.trainings import AttendanceLine, TrainingDraft
from desktop.services.visits import VisitDraft

_QUARTER_DAYS = 91
_VISITS = {"key": 2, "general": 1}  # a quarter; DOMAIN 3.5
_COUNTY = "c"


@dataclass
class Client:
    """A made-up client as far as the history needs to know them."""

    id: str
    draft: PersonDraft
    served_until: dict[str, date] = field(default_factory=dict)  # kind of paper -> last day of its term

    def is_served(self, day: date) -> bool:
        """Say whether both papers are in force on a day."""
        return all(self.served_until.get(kind, date.min) >= day for kind in ("consent", "agreement"))


class History:
    """Lives the days of a practice station; equal for equal seed."""

    def __init__(self, services: Services, clock: PracticeClock, seed: int) -> None:
        self._services = services
        self._clock = clock
        self._dice = random.Random(seed)  # noqa: S311 - made-up lives need no secrecy
        self._fortune = random.Random(f"{seed} fortune")  # noqa: S311 - of its own: what is added here moves no life
        self._told: dict[str, Any] = resources.table("demo/fiction.toml")["history"]
        self._last_day = date.max
        self._staff = [user.id for user in services.users.rows()]
        self._todo: dict[date, list[Callable[[date], None]]] = defaultdict(list)
        self._papers: dict[date, list[tuple[Client, str]]] = defaultdict(list)
        self._clients: list[Client] = []

    def live(self, drafts: tuple[PersonDraft, ...], last_day: date) -> None:
        """File the people on their days, and do what follows from it, up to and with `last_day`."""
        self._last_day = last_day
        filed: dict[date, list[PersonDraft]] = defaultdict(list)
        for draft in drafts:
            filed[date.fromisoformat(draft.filed_on)].append(draft)
        day = min(filed, default=last_day)
        while day <= last_day:
            self._clock.move_to(day)
            for draft in filed[day]:
                self._file(draft, day)
            self._sign(self._papers.pop(day, []), day)
            for act in self._todo.pop(day, []):
                act(day)
            if day.weekday() in self._told["session_days"]:
                self._hold_sessions(day)
            day += timedelta(days=1)

    def hold_session(self, day: date) -> str | None:
        """Record one group session of a day with those who may be served; None when they are too few."""
        guests = self._guests(day)
        return self._record_session(day, guests[: self._group_size()], 0) if guests else None

    def visit(self, day: date, number: int) -> tuple[str, ...]:
        """Record so many visits of a day."""
        at_home = [
            client for client in self._clients if client.is_served(day) and client.draft.service_mode != "station"
        ]
        return tuple(self._record_visit(client, day) for client in at_home[:number])

    def survey(self, others: tuple[PersonDraft, ...], day: date) -> int:
        """Write the list of the area: some who are clients by now, and others, asked or not; return how many."""
        told = self._told["survey"]
        known = [(client.draft, client.id) for client in self._clients[: told["clients"]]]
        for draft, client_id in [*known, *((draft, "") for draft in others)]:
            result = told["of_clients"] if client_id else self._fortune.choice(told["results"])
            entry_id = self._services.surveys.record(self._entry(draft, result, day))
            if client_id:
                self._services.surveys.link(entry_id, 1, client_id)
        return len(known) + len(others)

    def _entry(self, draft: PersonDraft, result: str, day: date) -> SurveyDraft:
        told, pick = self._told["survey"], self._fortune.choice
        asked_on = (day - timedelta(days=self._fortune.randint(1, 60))).isoformat()
        return SurveyDraft(
            list_name=told["list"], name=draft.name, sex=draft.sex, birth_on=draft.birth_on, id_no=draft.id_no,
            phone=draft.phone, township=draft.township, village=draft.village, address=draft.address,
            diagnosis_category=draft.diagnosis_category, result=result,
            contacted_on="" if result in told["unasked"] else asked_on,
            needs=tuple(pick(told["needs"])) if result in told["with_needs"] else (), note=pick(told["notes"]),
        )  # fmt: skip

    def _file(self, draft: PersonDraft, day: date) -> None:
        client = Client(self._services.people.register(draft), draft)
        self._clients.append(client)
        signing_day = self._later(day, 0, 9)
        for kind in ("consent", "agreement"):
            if self._happens("papers"):
                self._papers[signing_day].append((client, kind))
        self._plan(day + timedelta(days=self._fortune.randint(10, 40)), self._claim(client))
        visits = _VISITS[draft.service_class]
        for number in range(1, visits + 1):
            self._plan(
                day + timedelta(days=number * _QUARTER_DAYS // visits - self._dice.randrange(20)), self._visit(client)
            )

    def _plan(self, day: date, act: Callable[[date], None]) -> None:
        self._todo[day].append(act)

    def _later(self, day: date, least: int, most: int) -> date:
        return day + timedelta(days=self._dice.randint(least, most))

    def _happens(self, what: str) -> bool:
        return self._dice.random() < float(self._told[what])

    def _sign(self, papers: list[tuple[Client, str]], day: date) -> None:
        """Sign the papers of a day, and plan their renewal."""
        signed = []
        for client, kind in papers:
            before = client.served_until.get(kind)
            term = self._services.consents.suggest_term(kind, day if before is None else before + timedelta(days=1))
            client.served_until[kind] = term[1]
            signed.append(self._signed(client, kind, day, term))
            if self._happens("renewals"):
                self._papers[term[1] - timedelta(days=self._dice.randint(1, 25))].append((client, kind))
        if signed:
            self._services.consents.sign_many(tuple(signed))

    def _signed(self, client: Client, kind: str, day: date, term: tuple[date, date]) -> SignedPaper:
        scopes = tuple(self._answers()) if kind == "consent" else ()
        first, last = (end.isoformat() for end in term)
        return SignedPaper(client.id, kind, day.isoformat(), first, last, scopes=scopes)

    def _answers(self) -> Iterator[ScopeAnswer]:
        for entry in entries("consent_scope"):
            is_agreed = self._happens("to_the_county") if entry["code"] == _COUNTY else bool(entry["is_agreed"])
            yield ScopeAnswer(entry["code"], is_agreed)

    def _claim(self, client: Client) -> Callable[[date], None]:
        """Return the act of looking after the benefits of somebody, some weeks after filing."""

        def act(day: date) -> None:
            known = self._services.benefits.of(client.id)
            kinds = {claim.kind for claim in known.claims} | ({"dibao"} if client.draft.has_dibao else set())
            if self._fortune.random() < float(self._told["free_medicine"]):
                kinds.add("medicine")
            guardian_id = known.guardians[0][0] if known.guardians else ""
            for kind in sorted(kinds):
                state = self._fortune.choice(self._told["benefits"])
                if state:  # else nobody thought of it
                    self._services.benefits.record(self._benefit(client.id, kind, state, guardian_id, day))

        return act

    def _benefit(self, person_id: str, kind: str, state: str, guardian_id: str, day: date) -> BenefitDraft:
        told, is_paid = self._told["benefit"], state == "receiving"
        until = self._last_day + timedelta(days=self._fortune.randint(-15, 330))
        return BenefitDraft(
            person_id, kind=kind, state=state, guardian_id=guardian_id if kind in told["of_guardians"] else "",
            applied_on="" if state == "entitled" else (day - timedelta(days=7)).isoformat(),
            granted_on=day.isoformat() if is_paid else "",
            paid_until=until.isoformat() if is_paid else "",
            amount=told["yuan"].get(kind, "") if is_paid else "",
        )  # fmt: skip

    def _visit(self, client: Client) -> Callable[[date], None]:
        """Return the act of visiting somebody, which plans the next one a quarter later."""

        def act(day: date) -> None:
            if client.is_served(day) and self._happens("visits_kept"):
                self._record_visit(client, day)
            self._plan(self._later(day, _QUARTER_DAYS - 12, _QUARTER_DAYS - 1), self._visit(client))

        return act

    def _record_visit(self, client: Client, day: date) -> str:
        pick, (starts, ends) = self._dice.choice, self._told["visit_time"]
        if not self._happens("found_at_home"):
            return self._services.visits.record(
                VisitDraft(
                    client.id, visited_on=day.isoformat(), starts=starts, ends=ends, visitor_id=pick(self._staff),
                    met="nobody", not_met_reason=self._told["not_met"], purposes=("followup",),
                )
            )  # fmt: skip
        is_call = self._happens("by_telephone")
        return self._services.visits.record(
            VisitDraft(
                client.id,
                visited_on=day.isoformat(),
                starts=starts,
                ends=ends,
                method="phone" if is_call else "home",
                visitor_id=pick(self._staff),
                companions="村（居）委会干部" if client.draft.danger_level not in ("", "0") else "",
                met=pick(("client", "client", "family")),
                purposes=("followup", "medicine") if not is_call else ("followup",),
                mental_state=pick(("stable", "stable", "basic")),
                medication=pick(("regular", "regular", "regular", "irregular")),
                sleep=pick(("good", "good", "fair")),
                diet="good",
                self_care=pick(("good", "fair")),
                social_function=pick(("good", "fair", "fair")),
                danger_level=client.draft.danger_level or "0",
                lock_seen="" if is_call else "none",
                problems=pick(self._told["problems"]),
                handling=pick(self._told["handling"]),
            )
        )

    def _hold_sessions(self, day: date) -> None:
        """Hold as many groups as the people who come fill, at most four."""
        guests = self._guests(day)
        size = self._group_size()
        groups = [guests[at : at + size] for at in range(0, min(len(guests), 4 * size), size)]
        for number, group in enumerate(groups):
            if len(group) >= min(3, len(guests)):
                self._record_session(day, group, number)

    def _guests(self, day: date) -> list[Client]:
        """Return who comes to the station, in an order that differs from day to day."""
        guests = [client for client in self._clients if client.is_served(day) and client.draft.service_mode != "home"]
        self._dice.shuffle(guests)
        return guests

    def _group_size(self) -> int:
        return self._dice.randint(self._told["smallest_group"], self._told["largest_group"])

    def _record_session(self, day: date, group: list[Client], number: int) -> str:
        session = self._dice.choice(self._told["sessions"])
        starts, ends = self._told["session_time"]
        return self._services.trainings.record(
            TrainingDraft(
                held_on=day.isoformat(), starts=starts, ends=ends, leader_id=self._staff[number % len(self._staff)],
                lines=tuple(self._line(client) for client in group), **session,
            )
        )  # fmt: skip

    def _line(self, client: Client) -> AttendanceLine:
        pick = self._dice.choice
        state = pick(self._told["attendance"])
        if state in self._told["reasons"]:
            return AttendanceLine(client.id, state=state, note=self._told["reasons"][state])
        before = self._dice.randint(2, 4)
        return AttendanceLine(
            client.id,
            state=state,
            participation=pick(self._told["participation"]),
            mood_before=before,
            mood_after=min(5, before + self._dice.randint(0, 1)),
        )
