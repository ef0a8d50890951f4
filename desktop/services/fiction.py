"""People who do not exist, for the practice station and the tests: equal for equal seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from desktop import resources
from desktop.domain.identity import age_on, id_check_digit
from desktop.domain.institution import OWNERS, Entry
from desktop.domain.people import GuardianDraft, PersonDraft
from desktop.services.accounts import StationDraft
from desktop.services.fiction_details import with_details

if TYPE_CHECKING:
    from desktop.services.institution import Institution

_SEVERE = ("1", "1", "1", "2", "3", "4", "4", "5", "6", "6")  # schizophrenia is the most common by far
_DANGER = ("0",) * 12 + ("1", "1", "2")


class Fiction:
    """Makes up people whose files are complete; `day` is the day nobody is filed after."""

    def __init__(self, seed: int, day: date, years: int = 1) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - made-up people need no secrecy
        self._details = random.Random(f"details {seed}")  # noqa: S311 - of its own: names stay as they were
        self._day = day
        self._first_day = day - timedelta(days=365 * years)
        self._told: dict[str, Any] = resources.table("demo/fiction.toml")["people"]
        self._serial = 0
        self._bodies: set[str] = set()
        self._names: set[str] = set()

    def people(self, number: int, is_special: bool = True) -> tuple[PersonDraft, ...]:
        """Return so many people in the order of filing, those with special names first unless they come by roster."""
        days = sorted(self._some_day() for _ in range(number))
        specials: Iterator[dict[str, str]] = iter(self._told["special"] if is_special else ())
        told = self._told["details"]
        return tuple(with_details(self._person(day, next(specials, None)), self._details, told) for day in days)

    def _person(self, filed_on: date, special: dict[str, str] | None) -> PersonDraft:
        pick = self._dice.choice
        sex = special["sex"] if special else pick("12")
        birth = self._birth()
        id_no = self._id_no(birth, sex)
        category = pick(_SEVERE)
        return PersonDraft(
            name=special["name"] if special else self._name(sex),
            id_no=id_no,
            sex=sex,
            birth_on=birth.isoformat(),
            ethnicity=special["ethnicity"] if special else "01",
            phone=self._phone(),
            township=self._told["township"],
            village=pick(self._told["villages"]),
            address=f"{self._dice.randint(1, 9)}组{self._dice.randint(1, 120)}号",
            disability_no=f"{id_no}6{pick('1234')}" if self._dice.random() < 0.5 else "",
            has_dibao=self._dice.random() < 0.3,
            service_class=pick(("key", "general", "general")),
            service_mode=pick(("station", "home", "both")),
            filed_on=filed_on.isoformat(),
            warning_note=pick(self._told["warnings"]) if self._dice.random() < 0.1 else "",
            diagnosis_category=category,
            diagnosis_hospital=pick(self._told["hospitals"]),
            diagnosed_on=self._diagnosed_on(birth, filed_on),
            danger_level=pick(_DANGER),
            medicines=pick(self._told["medicines"]),
            guardian=self._guardian(age_on(birth, filed_on)),
        )

    def _some_day(self) -> date:
        return self._first_day + timedelta(days=self._dice.randrange((self._day - self._first_day).days + 1))

    def _birth(self) -> date:
        return date(1955, 1, 1) + timedelta(days=self._dice.randrange(50 * 365))

    def _diagnosed_on(self, birth: date, filed_on: date) -> str:
        """Return a day between the eighteenth birthday (or the filing, if earlier) and the filing."""
        earliest = min(birth.year + 18, filed_on.year - 1)
        return f"{self._dice.randint(earliest, filed_on.year - 1)}-{self._dice.randint(1, 12):02}"

    def _id_no(self, birth: date, sex: str) -> str:
        """Return a number nobody else here has: a running serial, odd for men (GB 11643)."""
        while True:
            self._serial += 1
            serial = (2 * self._serial + (sex == "1")) % 1000
            body = f"{self._told['division']}{birth:%Y%m%d}{serial:03}"
            if body not in self._bodies:
                self._bodies.add(body)
                return body + id_check_digit(body)

    def _name(self, sex: str) -> str:
        given = self._told["given_men" if sex == "1" else "given_women"]
        for _ in range(50):
            name: str = self._dice.choice(self._told["surnames"]) + self._dice.choice(given)
            if name not in self._names:
                break
        self._names.add(name)
        return name

    def _phone(self) -> str:
        return f"1{self._dice.choice('35789')}{self._dice.randrange(10**9):09}"

    def _guardian(self, age: int) -> GuardianDraft:
        likely = [entry for entry in self._told["relations"] if entry[2] <= age <= entry[3]]
        relation, sex, _, _ = self._dice.choice(likely)
        return GuardianDraft(self._name(sex or self._dice.choice("12")), relation, phone=self._phone())


def keep_institution(institution: Institution, on: date) -> None:
    """Write the entries of the practice station's institution file, with their days counted from `on`."""
    made: dict[str, str] = {}
    for told in resources.table("demo/fiction.toml")["institution"]:
        days = {name: (on + timedelta(days=days)).isoformat() for name, days in told.get("days", {}).items()}
        owner = {OWNERS[told["kind"]]: made[told["below"]]} if "below" in told else {}
        entry_id = institution.record(Entry(told["kind"], {**told["values"], **days, **owner}))
        made[told.get("name", "")] = entry_id


def practice_station() -> StationDraft:
    """Return the institution file of the practice station."""
    told = resources.table("demo/fiction.toml")["station"]
    several = {name: tuple(told[name]) for name in ("rooms", "service_forms")}
    return StationDraft(**told | several)
