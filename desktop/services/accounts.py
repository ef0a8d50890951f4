"""What is typed when a station or an account is made; light, because the login window reads it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class StationDraft:
    """What the first-start wizard asks about the institution (DOMAIN 4.1)."""

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
