"""What is typed when a station or an account is made; light, because the login window reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BETWEEN_WORDS = re.compile(r"\W+")


@dataclass(frozen=True)
class StationDraft:
    """The institution file (DOMAIN 4.1); the first-start wizard asks for the first part of it."""

    name: str
    division_code: str
    code: str = ""
    station_type: str | None = None
    host_kind: str | None = None
    host_institution: str | None = None
    operation_mode: str | None = None
    uscc: str | None = None
    legal_person: str | None = None
    manager: str | None = None
    address: str | None = None
    phone: str | None = None
    supervision_phone: str | None = None
    green_channel_hospital: str | None = None
    green_channel_phone: str | None = None
    opened_on: str | None = None
    capacity_day: int | None = None
    capacity_home: int | None = None
    status: str | None = None
    area_m2: int | None = None
    rooms: tuple[str, ...] = ()
    service_forms: tuple[str, ...] = ()
    direct_staff: int | None = None
    technical_hospital: str | None = None
    technical_contact: str | None = None
    technical_phone: str | None = None
    rating: str | None = None
    rated_on: str | None = None


@dataclass(frozen=True)
class AccountDraft:
    """The first account of a new station, or one more user."""

    login: str
    name: str
    role: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class AccountName:
    """A name on the login window."""

    login: str
    name: str
    role: str


def guessable_words(login: str, name: str, station_name: str) -> tuple[str, ...]:
    """Return what a password must not be made of: anybody in the village would try these first."""
    return (login, name, station_name, *_BETWEEN_WORDS.split(station_name))
