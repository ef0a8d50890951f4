"""Code lists as the staff see them (resources/codes)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from desktop import resources
from desktop.domain.consents import ConsentRules
from desktop.domain.episodes import Lifecycle
from desktop.domain.forms import BARS, FormLayout
from desktop.domain.identity import IdKind
from desktop.domain.people import PeopleRules
from desktop.i18n import tr
from desktop.services.desk import Desk

_ROW_CODES = {
    "contacts.relation": "relation",
    "contacts.kind": "guardian_kind",
    "contacts.sex": "sex",
    "medications.unit": "medicine_unit",
    "medications.route": "medicine_route",
    "medications.source": "medicine_source",
    "care_team.role": "care_role",
}


@dataclass(frozen=True)
class Choice:
    """One entry of a code list."""

    code: str
    label: str


def entries(table: str) -> tuple[dict[str, Any], ...]:
    """Return the entries of one list with all their columns (counts, attended, next ...), in their order."""
    return tuple(resources.table(f"codes/{table}.toml")["choices"])


@cache
def _by_code(table: str) -> dict[str, dict[str, Any]]:
    return {entry["code"]: entry for entry in entries(table)}


def entry(table: str, code: str | None) -> dict[str, Any]:
    """Return all columns of one entry; {} when the code is unknown."""
    return _by_code(table).get(code or "", {})


def label_of(table: str, code: str | None) -> str:
    """Return the words for a code, for services that speak of it; the code itself when it is unknown."""
    if not code:
        return ""
    known = _by_code(table).get(code)
    return tr(known["label"]) if known else code


def rules(area: str) -> dict[str, Any]:
    """Return the parameters of one area from resources/codes/rules.toml."""
    return dict(resources.table("codes/rules.toml")[area])


@cache
def lifecycle() -> Lifecycle:
    """Return the states of a case and the steps between them."""
    return Lifecycle.of(entries("episode_state"))


@cache
def consent_rules() -> ConsentRules:
    """Return what the rules of consent read: acts, scopes, articles, ages."""
    table = resources.table("codes/consents.toml")
    return ConsentRules.of(table, entries("consent_scope"), lifecycle(), resources.table("codes/rules.toml"))


@cache
def person_form() -> FormLayout:
    """Return the layout of the client's form."""
    return FormLayout.of(resources.table("people/form.toml"))


@cache
def people_rules() -> PeopleRules:
    """Return the limits and code lists of the client's form."""
    identity, form = rules("identity"), person_form()
    lists = {field.name: field.codes for field in form.fields.values() if field.codes} | _ROW_CODES
    codes = {name: frozenset(_by_code(table)) for name, table in lists.items()}
    kinds = {each["code"]: _id_kind(each) for each in entries("id_type")}
    needed = {bar: form.needed(bar) for bar in BARS}
    return PeopleRules(codes, identity["max_age"], identity["minor_age"], identity["name_length"], kinds, needed)


def _id_kind(row: dict[str, Any]) -> IdKind:
    return IdKind(row["label"], row.get("shape", ""), row.get("looks_like", ""), row.get("tells", False))


@dataclass(frozen=True)
class Division:
    """A township: its code of nine digits and its name from the province on."""

    code: str
    name: str


@cache
def townships() -> tuple[Division, ...]:
    """Return every township with its full name (resources/people/divisions.tsv.gz); unpacked when first asked for."""
    import gzip

    names: dict[str, str] = {}
    for line in gzip.decompress(resources.path("people/divisions.tsv.gz").read_bytes()).decode().splitlines():
        code, _, name = line.partition("\t")
        names[code] = name
    return tuple(Division(code, _path(code, names)) for code in names if len(code) == _TOWNSHIP)


def _path(code: str, names: dict[str, str]) -> str:
    above = (f"{code[:2]}0000", f"{code[:4]}00", code[:6])
    return "".join(dict.fromkeys(names[each] for each in (*above, code) if each in names))


_TOWNSHIP = 9  # digits


class Codes:
    """Labels and choices; tables: sex, ethnicity, relation, id_type, diagnosis_category, training_type, service_class,
    service_mode, station_type, host_kind, operation_mode, role, episode_state, consent_scope, capacity_status,
    attendance, participation, training_form, training_place, visit_method, visit_met, visit_purpose, mental_state,
    medication, grade3 (sleep, diet, self-care, social function), lock_seen, danger_level, legal_basis, and the words of
    screens: standing, people_filter, duty_kind, duty_group, timeline_kind, verdict, document_status."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def choices(self, table: str) -> tuple[Choice, ...]:
        """Return the entries of one list in their order."""
        self._desk.actor.require("codes.read")
        return tuple(Choice(entry["code"], tr(entry["label"])) for entry in entries(table))

    def label(self, table: str, code: str | None) -> str:
        """Return the words for a code; the code itself when it is unknown, "" for None."""
        self._desk.actor.require("codes.read")
        return label_of(table, code)

    def divisions(self, typed: str, limit: int = 20) -> tuple[Division, ...]:
        """Return the townships whose code begins with, or whose name holds, what was typed; this county first."""
        self._desk.actor.require("codes.read")
        words = typed.strip()
        if not words:
            return ()
        is_code, county = words.isdigit(), self._desk.facts.station_code[:6]
        found = [each for each in townships() if (each.code.startswith(words) if is_code else words in each.name)]
        return tuple(sorted(found, key=lambda each: not each.code.startswith(county))[:limit])
