"""Making a station, unlocking it, locking it, and the recovery code."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.services.clock import Clock

if TYPE_CHECKING:
    from desktop.services.catalogue import Services
    from desktop.vault.keys import KdfParameters


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


def new_recovery_code() -> str:
    """Return a fresh recovery code, seven groups of four (128 bit and check symbols); kept nowhere."""
    raise NotImplementedError


def does_recovery_code_match(typed: str, code: str) -> bool:
    """Say whether the code typed back from paper is the code (case and look-alikes O/0, I/1/L forgiven)."""
    raise NotImplementedError


def is_station(folder: Path) -> bool:
    """Say whether `folder` holds a station or anything of one (then the wizard must not run)."""
    raise NotImplementedError


def create_station(
    folder: Path,
    draft: StationDraft,
    account: AccountDraft,
    pc_letter: str,
    recovery_code: str,
    clock: Clock,
    kdf: KdfParameters | None = None,
    is_practice: bool = False,
) -> Services:
    """Make key files and database for a new station and leave it unlocked for the first account.

    Raises ValidationError for a bad field or weak password, OperationalError when the folder is in use or unwritable.
    `kdf` None means: calibrate on this PC (0.8-1.5 s).
    """
    raise NotImplementedError


def accounts(folder: Path) -> tuple[AccountName, ...]:
    """Return the names for the login window, read from the key file alone."""
    raise NotImplementedError


def unlock(folder: Path, login: str, password: str, clock: Clock) -> Services:
    """Open the station for one user.

    Raises ValidationError wrong_password; OperationalError missing_key, damaged_key, not_ours, other_station,
    newer_database, in_use, disk_full, read_only, io_error. Nothing is created or changed on failure.
    """
    raise NotImplementedError


def is_password_right(folder: Path, login: str, password: str) -> bool:
    """Check a password without opening the database (idle lock)."""
    raise NotImplementedError
