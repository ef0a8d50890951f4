"""Making, opening and changing the keys of one PC: a volume key, sealed to the key pair of each account."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop.errors import KangyiError, OperationalError, ValidationError
from desktop.i18n import tr
from desktop.vault import keyfile, passwords, seal, strictjson
from desktop.vault.kdf import FLOOR, RECOVERY, KdfParameters, calibrate, work
from desktop.vault.keyfile import KeyDocument
from desktop.vault.recovery import new_code as new_recovery_code
from desktop.vault.recovery import normal_code as normal_recovery_code

__all__ = [
    "FLOOR",
    "KdfParameters",
    "KeyFileIdentity",
    "OpenVault",
    "SlotFacts",
    "add_account",
    "calibrate",
    "change_password",
    "create",
    "install",
    "mend",
    "new_recovery_code",
    "normal_recovery_code",
    "read_copy",
    "remove_account",
    "replace_recovery_code",
    "set_password",
    "slots",
    "unlock",
    "unlock_with_recovery_code",
]

Files = tuple[Path, Path]
PAGE_SIZE = 8192


@dataclass(frozen=True)
class KeyFileIdentity:
    """Whose keys these are: station, PC (replica) and database."""

    station_id: str
    replica_id: str
    db_uuid: str


@dataclass(frozen=True)
class SlotFacts:
    """An account as the login window knows it, without any secret."""

    user_id: str
    login: str
    name: str
    role: str


class OpenVault:
    """The unlocked keys; `wipe` forgets them. Shows nothing of them."""

    def __init__(self, document: KeyDocument, slot: dict[str, Any], volume_key: bytes) -> None:
        content = document.content
        self.version = document.version
        self.station_id: str = content["station"]
        self.replica_id: str = content["replica"]
        self.db_uuid: str = content["db_uuid"]
        self.page_size: int = content["page_size"]
        self.user_id: str = slot["user"]
        self.login: str = slot["login"]
        self.role: str = slot["role"]
        self.is_recovery: bool = slot["kind"] == "recovery"
        self.cost = FLOOR if self.is_recovery else keyfile.cost_of(slot)
        self._db_salt = document.bytes_of("db_salt")
        self._volume_key = bytearray(volume_key)
        self._signing: seal.SigningKey | None
        self._age_identity: str | None
        self._signing, self._age_identity = _open_replica_keys(document, volume_key)

    def __repr__(self) -> str:
        return f"OpenVault(replica {self.replica_id})"

    def derive(self, label: str) -> bytes:
        """Return the 32-byte key for one purpose."""
        return _derive(self.volume_key(), label)

    def database_key(self) -> bytes:
        """Return the 48 bytes that open the database: 32 of key, 16 of salt."""
        return self.derive("db") + self._db_salt

    @property
    def signing(self) -> seal.SigningKey:
        """The key this PC signs bundles with."""
        if self._signing is None:
            raise RuntimeError("the vault is locked")
        return self._signing

    @property
    def age_identity(self) -> str:
        """The secret age identity of this PC."""
        if self._age_identity is None:
            raise RuntimeError("the vault is locked")
        return self._age_identity

    @property
    def age_recipient(self) -> str:
        """The public age recipient of this PC."""
        return seal.recipient_of(self.age_identity)

    def wipe(self) -> None:
        """Overwrite the volume key and drop the rest; afterwards nothing can be derived."""
        self._volume_key[:] = bytes(len(self._volume_key))
        self._volume_key = bytearray()
        self._signing = self._age_identity = None

    def volume_key(self) -> bytes:
        """Return the volume key itself, to seal it to one more account."""
        if not self._volume_key:
            raise RuntimeError("the vault is locked")
        return bytes(self._volume_key)


def create(
    files: Files,
    identity: KeyFileIdentity,
    account: SlotFacts,
    password: str,
    recovery_code: str | None,
    kdf: KdfParameters,
) -> OpenVault:
    """Make the keys of a new PC with one account and perhaps a recovery code; never writes over existing keys."""
    if any(file.exists() for file in files):
        raise OperationalError("in_use", tr("这个文件夹里已有密钥文件，没有做任何改动。"), tr("请选择一个空文件夹。"))
    volume_key = secrets.token_bytes(32)
    draft = KeyDocument(_new_content(identity, volume_key))
    made = [_password_slot(draft, account, password, kdf, volume_key)]
    if recovery_code is not None:
        made.append(_recovery_slot(draft, recovery_code, volume_key))
    document = keyfile.sealed(draft.content | {"slots": made}, _derive(volume_key, "keyfile-mac"))
    keyfile.write_both(files, document.to_bytes())
    return OpenVault(document, made[0], volume_key)


def slots(files: Files) -> tuple[SlotFacts, ...]:
    """Return the accounts for the login window; needs no secret."""
    found = keyfile.read_best(files)[0].slots
    return tuple(_facts(slot) for slot in found if slot["kind"] == "password")


def unlock(files: Files, login: str, password: str) -> OpenVault:
    """Open the keys for one account; raises wrong_password, missing_key, damaged_key."""
    return _open(files, "password", login, passwords.normal(password), _wrong_password())


def unlock_with_recovery_code(files: Files, code: str) -> OpenVault:
    """Open the keys with the code from the sealed envelope."""
    secret = normal_recovery_code(code).encode()
    wrong = ValidationError(
        "wrong_password", tr("恢复码不属于这个站点。"), tr("请确认信封上的站点名称和日期。"), "recovery_code"
    )
    return _open(files, "recovery", "", secret, wrong)


def add_account(files: Files, vault: OpenVault, account: SlotFacts, password: str, kdf: KdfParameters) -> None:
    """Give one more person a way in."""
    with _changing(files, vault) as (document, found):
        if any(slot["login"] == account.login for slot in found):
            raise ValidationError("taken", tr("这个账号已经有了。"), tr("请换一个账号名。"), "login")
        found.append(_password_slot(document, account, password, kdf, vault.volume_key()))


def set_password(files: Files, vault: OpenVault, account: SlotFacts, password: str, kdf: KdfParameters) -> None:
    """Give an account a new password and key pair without the old password (forgotten; new name or role)."""
    with _changing(files, vault) as (document, found):
        at = _index(found, account.login)
        found[at] = _password_slot(document, account, password, kdf, vault.volume_key())


def change_password(files: Files, vault: OpenVault, login: str, old: str, new: str, kdf: KdfParameters) -> None:
    """Wrap the key of an account anew; raises ValidationError wrong_password when `old` is not its password."""
    with _changing(files, vault) as (document, found):
        at = _index(found, login)
        passwords.check(new, (login, found[at]["name"]))
        pair = _open_pair(document, found[at], passwords.normal(old))
        if pair is None:
            raise _wrong_password()
        found[at] = _wrapped(document, found[at], pair, passwords.normal(new), kdf)


def remove_account(files: Files, vault: OpenVault, login: str) -> None:
    """Take the way in of one account away; the last account stays."""
    with _changing(files, vault) as (_, found):
        at = _index(found, login)
        if sum(slot["kind"] == "password" for slot in found) == 1:
            raise ValidationError("last_account", tr("这是最后一个账号，不能删除。"), tr("请先新建另一个账号。"))
        del found[at]


def replace_recovery_code(files: Files, vault: OpenVault, code: str) -> None:
    """Put a new recovery code in force; the old envelope opens nothing any more."""
    with _changing(files, vault) as (document, found):
        found[:] = [slot for slot in found if slot["kind"] != "recovery"]
        found.append(_recovery_slot(document, code, vault.volume_key()))


def mend(files: Files, vault: OpenVault) -> bool:
    """Write the twin anew when a copy is damaged, old or missing; say whether that was needed."""
    document = _genuine(files, vault)
    data = document.to_bytes()
    if all(keyfile.read(file) == data for file in files):
        return False
    keyfile.write_both(files, data)
    return True


def read_copy(files: Files) -> bytes:
    """Return the bytes of the best copy (they travel with each backup)."""
    return keyfile.read_best(files)[0].to_bytes()


def install(files: Files, data: bytes) -> None:
    """Put the key file of a backup in place; refuses damage and refuses to write over existing keys."""
    if any(file.exists() for file in files):
        raise OperationalError("in_use", tr("这个文件夹里已有密钥文件，没有做任何改动。"), tr("请选择一个空文件夹。"))
    try:
        keyfile.parse(data)
    except keyfile.UnsoundError:
        raise OperationalError("damaged_key", tr("备份中的密钥文件已损坏。"), tr("请换一份备份再试。")) from None
    keyfile.write_both(files, data)


def _new_content(identity: KeyFileIdentity, volume_key: bytes) -> dict[str, Any]:
    """Return everything of a new key file but its slots and seals."""
    content: dict[str, Any] = {
        "format": keyfile.FORMAT,
        "v": 0,
        "suite": keyfile.SUITE,
        "version": 1,
        "station": identity.station_id,
        "replica": identity.replica_id,
        "db_uuid": identity.db_uuid,
        "db_salt": keyfile.text(secrets.token_bytes(16)),
        "page_size": PAGE_SIZE,
        "device": None,
        "slots": [],
    }
    return content | {"replica_keys": _new_replica_keys(content, volume_key)}


def _new_replica_keys(content: dict[str, Any], volume_key: bytes) -> dict[str, str]:
    """Make the keys this PC signs and receives with, wrapped by the volume key."""
    signing, identity = seal.SigningKey.generate(), seal.new_age_identity()
    secret = strictjson.dump({"age_identity": identity, "sign_seed": signing.seed.hex()})
    nonce, sealed = seal.wrap(_derive(volume_key, "replica-wrap"), secret, _replica_about(content))
    return {
        "sign_key": signing.public_text,
        "recipient": seal.recipient_of(identity),
        "nonce": keyfile.text(nonce),
        "sealed": keyfile.text(sealed),
    }


def _open_replica_keys(document: KeyDocument, volume_key: bytes) -> tuple[seal.SigningKey, str]:
    """Open the keys of this PC (the file is genuine by now)."""
    held = document.content["replica_keys"]
    secret = seal.unwrap(
        _derive(volume_key, "replica-wrap"),
        keyfile.raw(held["nonce"]),
        keyfile.raw(held["sealed"]),
        _replica_about(document.content),
    )
    pair = strictjson.load_object(secret, keyfile.MAX_BYTES)
    return seal.SigningKey.from_seed(bytes.fromhex(pair["sign_seed"])), str(pair["age_identity"])


def _replica_about(content: dict[str, Any]) -> bytes:
    """Bind the keys of the PC to the PC."""
    return strictjson.dump([content["station"], content["replica"], content["db_uuid"]])


def _password_slot(
    document: KeyDocument, account: SlotFacts, password: str, kdf: KdfParameters, volume_key: bytes
) -> dict[str, Any]:
    """Make the slot of an account: a new key pair, its secret half under the password."""
    passwords.check(password, (account.login, account.name))
    return _slot(document, "password", account, passwords.normal(password), kdf, volume_key)


def _recovery_slot(document: KeyDocument, code: str, volume_key: bytes) -> dict[str, Any]:
    """Make the slot of the recovery code (128 random bits need no slow function)."""
    nobody = SlotFacts("", "", "", "")
    return _slot(document, "recovery", nobody, normal_recovery_code(code).encode(), RECOVERY, volume_key)


def _slot(
    document: KeyDocument, kind: str, account: SlotFacts, secret: bytes, kdf: KdfParameters, volume_key: bytes
) -> dict[str, Any]:
    """Make a slot: the volume key sealed to a new key pair."""
    pair = seal.new_age_identity()
    recipient = seal.recipient_of(pair)
    slot = {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "user": account.user_id,
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "recipient": recipient,
        "device": False,
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "volume": keyfile.text(seal.encrypt(volume_key, [recipient])),
    }
    return _wrapped(document, slot, pair, secret, kdf)


def _wrapped(
    document: KeyDocument, slot: dict[str, Any], pair: str, secret: bytes, kdf: KdfParameters
) -> dict[str, Any]:
    """Put the secret half of a slot's key pair under a secret."""
    if not kdf.is_sound(RECOVERY.passes if slot["kind"] == "recovery" else FLOOR.passes):
        raise ValueError("key derivation below the floor")
    salt = secrets.token_bytes(16)
    slot = slot | {
        "kdf": {"alg": "argon2id", "v": 19, "m": kdf.memory_kib, "t": kdf.passes, "p": kdf.lanes},
        "salt": keyfile.text(salt),
    }
    key = seal.stretch(work(secret, salt, kdf), "user-kek", salt)
    nonce, identity = seal.wrap(key, pair.encode(), document.about(slot))
    return slot | {"nonce": keyfile.text(nonce), "identity": keyfile.text(identity)}


def _open_pair(document: KeyDocument, slot: dict[str, Any], secret: bytes) -> str | None:
    """Return the secret half of a slot's key pair, or None when the secret is wrong or the slot was altered."""
    salt = keyfile.raw(slot["salt"])
    key = seal.stretch(work(secret, salt, keyfile.cost_of(slot)), "user-kek", salt)
    try:
        pair = seal.unwrap(key, keyfile.raw(slot["nonce"]), keyfile.raw(slot["identity"]), document.about(slot))
    except seal.SealError:
        return None
    return pair.decode()


def _open(files: Files, kind: str, login: str, secret: bytes, wrong: ValidationError) -> OpenVault:
    """Try the copies, highest version first; a copy that opens must also be genuine."""
    trouble: KangyiError = wrong
    refused: list[KeyDocument] = []
    for document in keyfile.read_best(files):
        try:
            found = _way_in(document, kind, login, secret)
        except OperationalError as altered:
            trouble, found = altered, None
        if found is None:
            refused.append(document)
            continue
        slot, volume_key = found
        # An older copy opens only when the newer one is a forgery: else an old password would still open.
        if any(newer.is_genuine(_derive(volume_key, "keyfile-mac")) for newer in refused):
            break
        return OpenVault(document, slot, volume_key)
    raise trouble


def _way_in(document: KeyDocument, kind: str, login: str, secret: bytes) -> tuple[dict[str, Any], bytes] | None:
    """Return slot and volume key, or None when the secret opens nothing; raises when the file was altered."""
    for slot in document.slots:
        if (slot["kind"], slot["login"]) != (kind, login):
            continue
        pair = _open_pair(document, slot, secret)
        if pair is None:
            continue
        try:
            volume_key = seal.decrypt(keyfile.raw(slot["volume"]), pair)
        except seal.SealError:
            raise _tampered() from None
        if not document.is_genuine(_derive(volume_key, "keyfile-mac")):
            raise _tampered()
        return slot, volume_key
    return None


@contextmanager
def _changing(files: Files, vault: OpenVault) -> Iterator[tuple[KeyDocument, list[dict[str, Any]]]]:
    """Hand out the slots for change, then write the next version."""
    document = _genuine(files, vault)
    found = document.slots
    yield document, found
    changed = document.changed(vault.derive("keyfile-mac"), slots=found)
    keyfile.write_both(files, changed.to_bytes())
    vault.version = changed.version


def _genuine(files: Files, vault: OpenVault) -> KeyDocument:
    """Return the best copy that was written with this volume key."""
    mac_key = vault.derive("keyfile-mac")
    for document in keyfile.read_best(files):
        if document.is_genuine(mac_key):
            return document
    raise _tampered()


def _index(found: list[dict[str, Any]], login: str) -> int:
    """Return the place of an account's slot."""
    for at, slot in enumerate(found):
        if slot["kind"] == "password" and slot["login"] == login:
            return at
    raise ValidationError("wrong_password", tr("没有这个账号。"), tr("请从名单中选择自己的账号。"), "login")


def _facts(slot: dict[str, Any]) -> SlotFacts:
    """Return the open facts of a slot."""
    return SlotFacts(slot["user"], slot["login"], slot["name"], slot["role"])


def _derive(volume_key: bytes, label: str) -> bytes:
    """Return the key for one purpose."""
    return seal.stretch(volume_key, label)


def _wrong_password() -> ValidationError:
    """Say that account and password do not fit."""
    return ValidationError(
        "wrong_password", tr("账号或密码不对。"), tr("请检查大小写和输入法后再试；忘记密码请用恢复码。"), "password"
    )


def _tampered() -> OperationalError:
    """Say that the file was altered by someone without the key."""
    return OperationalError(
        "damaged_key",
        tr("密钥文件被改动过，不能使用。"),
        tr("请从备份中取回密钥文件，并告知管理员；数据文件请原样保留。"),
    )
