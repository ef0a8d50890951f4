"""Making a station, unlocking it, locking it, and the recovery code."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr
from desktop.services import attempts
from desktop.services.accounts import AccountDraft, AccountName, StationDraft
from desktop.services.clock import Clock
from desktop.services.folders import StationFolder

if TYPE_CHECKING:
    from desktop.services.catalogue import Services
    from desktop.vault.keys import KdfParameters

__all__ = [
    "AccountDraft",
    "AccountName",
    "StationDraft",
    "accounts",
    "create_station",
    "does_recovery_code_match",
    "is_password_right",
    "is_station",
    "new_recovery_code",
    "reset_password",
    "seconds_to_wait",
    "unlock",
]


def new_recovery_code() -> str:
    """Return a fresh recovery code, seven groups of four (128 bit and check symbols); kept nowhere."""
    from desktop.vault.keys import new_recovery_code as fresh

    return fresh()


def does_recovery_code_match(typed: str, code: str) -> bool:
    """Say whether the code typed back from paper is the code (case and look-alikes O/0, I/1/L forgiven)."""
    from desktop.vault.keys import normal_recovery_code

    try:
        return normal_recovery_code(typed) == normal_recovery_code(code)
    except ValidationError:
        return False


def is_station(folder: Path) -> bool:
    """Say whether `folder` holds a station or anything of one (then the wizard must not run)."""
    return StationFolder(folder).holds_anything


def accounts(folder: Path) -> tuple[AccountName, ...]:
    """Return the names for the login window, read from the key file alone."""
    from desktop.vault import keys as vault

    place = _existing(folder)
    return tuple(AccountName(slot.login, slot.name, slot.role) for slot in vault.slots(place.key_files))


def seconds_to_wait(folder: Path, login: str, clock: Clock) -> int:
    """Return how long the login window makes an account wait after wrong passwords."""
    tried = attempts.read(StationFolder(folder)).get(login)
    return tried.seconds_to_wait(clock.now()) if tried else 0


def is_password_right(folder: Path, login: str, password: str) -> bool:
    """Check a password without opening the database (idle lock)."""
    from desktop.vault import keys as vault

    try:
        vault.unlock(StationFolder(folder).key_files, login, password).wipe()
    except ValidationError:
        return False
    return True


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
    from desktop.services import making
    from desktop.services.opening import open_desk, refuse_practice_day

    if is_station(folder):
        raise OperationalError(
            "in_use",
            tr("文件夹“{folder}”里已经有站点的数据，没有做任何改动。", folder=folder),
            tr("请换一个空文件夹。"),
        )
    refuse_practice_day(clock, is_practice)
    making.check(draft, account, pc_letter, recovery_code)
    place = StationFolder(folder)
    with ExitStack() as opened:
        opened.enter_context(making.new_folder(folder, place.lock))
        _hold(place, opened)
        vault = making.make(place, draft, account, pc_letter, recovery_code, clock, kdf, is_practice)
        opened.callback(vault.wipe)
        return open_desk(place, vault, clock, opened)


def unlock(folder: Path, login: str, password: str, clock: Clock) -> Services:
    """Open the station for one user.

    Raises ValidationError wrong_password; OperationalError missing_key, damaged_key, not_ours, other_station,
    newer_database, in_use, disk_full, read_only, io_error. Nothing is created or changed on failure.
    """
    from desktop.services.opening import open_desk
    from desktop.vault import keys as vault_keys

    place = _existing(folder)
    with ExitStack() as opened:
        _hold(place, opened)
        try:
            vault = vault_keys.unlock(place.key_files, login, password)
        except ValidationError:
            attempts.add(place, login, clock.now())
            raise
        opened.callback(vault.wipe)
        return open_desk(place, vault, clock, opened)


def reset_password(
    folder: Path, recovery_code: str, login: str, password: str, new_code: str, clock: Clock
) -> Services:
    """Open the envelope: give an account a new password by the recovery code, put a new code in force, and unlock.

    Raises what `unlock` raises, and ValidationError weak_password; the old code opens nothing afterwards.
    """
    from desktop.services.opening import open_desk
    from desktop.vault import keys as vault_keys

    place = _existing(folder)
    with ExitStack() as opened:
        _hold(place, opened)
        recovered = vault_keys.unlock_with_recovery_code(place.key_files, recovery_code)
        opened.callback(recovered.wipe)
        slot = next((slot for slot in vault_keys.slots(place.key_files) if slot.login == login), None)
        if slot is None:
            raise ValidationError("wrong_password", tr("没有这个账号。"), tr("请从名单中选择自己的账号。"), "login")
        vault_keys.set_password(place.key_files, recovered, slot, password, recovered.cost)
        vault_keys.replace_recovery_code(place.key_files, recovered, new_code)
        vault = vault_keys.unlock(place.key_files, login, password)
        opened.callback(vault.wipe)
        return open_desk(place, vault, clock, opened, lambda work: work.note("station.recover", slot.user_id))


def _existing(folder: Path) -> StationFolder:
    """Return the folder of a station; one with nothing in it is told apart from one whose key file was lost."""
    if not is_station(folder):
        raise OperationalError(
            "missing_key",
            tr("文件夹“{folder}”里没有站点的数据。", folder=folder),
            tr("请核对数据文件夹；要新建站点，请打开程序按向导操作，或用 kangyi init。"),
        )
    return StationFolder(folder)


def _hold(place: StationFolder, opened: ExitStack) -> None:
    """Keep every other program out of the folder until it is closed."""
    from desktop.store.lock import SingleInstance

    opened.callback(SingleInstance(place.lock).release)
