"""The key file, format 0: what stands in it, what is checked without a secret, and how its two copies are written.

docs/formats/keyfile.md describes it byte by byte.
"""

from __future__ import annotations

import base64
import binascii
import copy
import errno
import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from desktop.durable import sync_folder
from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.vault import strictjson
from desktop.vault.kdf import KdfParameters

FORMAT = "kangyi-keys"
SUITE = "A1"
MAX_BYTES = 256 * 1024
_CHECKS = ("check", "mac")
_TOP = {
    "format": str, "v": int, "suite": str, "version": int, "station": str, "replica": str, "db_uuid": str,
    "db_salt": bytes, "page_size": int, "device": type(None), "slots": list, "replica_keys": dict, "check": str,
    "mac": bytes,
}  # fmt: skip
_SLOT = {
    "id": str, "kind": str, "user": str, "login": str, "name": str, "role": str, "recipient": str, "kdf": dict,
    "salt": bytes, "nonce": bytes, "identity": bytes, "volume": bytes, "device": bool, "created": str,
}  # fmt: skip
_KDF = {"alg": str, "v": int, "m": int, "t": int, "p": int}
_REPLICA_KEYS = {"sign_key": str, "recipient": str, "nonce": bytes, "sealed": bytes}
_SIZES = {"db_salt": 16, "mac": 32, "salt": 16, "nonce": 12}
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LOCKED = (errno.EROFS, errno.EACCES, errno.EPERM)


class UnsoundError(ValueError):
    """The bytes are not a key file of this format (`newer` says: of a later one)."""

    def __init__(self, newer: bool = False) -> None:
        super().__init__("key file")
        self.newer = newer


@dataclass(frozen=True)
class KeyDocument:
    """A key file whose form and check sum are right; whether it is genuine shows only the volume key (`is_genuine`)."""

    content: dict[str, Any]

    @property
    def version(self) -> int:
        """The counter that rises with every change."""
        return int(self.content["version"])

    @property
    def slots(self) -> list[dict[str, Any]]:
        """The ways in."""
        return list(self.content["slots"])

    def bytes_of(self, name: str) -> bytes:
        """Return one of the binary facts."""
        return raw(self.content[name])

    def about(self, slot: dict[str, Any]) -> bytes:
        """Return what the cipher of a slot is bound to: the slot without its ciphertexts, and whose file it is."""
        header = {key: value for key, value in slot.items() if key not in ("nonce", "identity", "volume")}
        whose = {key: self.content[key] for key in ("format", "v", "station", "replica", "db_uuid")}
        return strictjson.dump([whose, header])

    def is_genuine(self, mac_key: bytes) -> bool:
        """Say whether the file was written by someone who had the volume key."""
        return hmac.compare_digest(self.bytes_of("mac"), _mac(self.content, mac_key))

    def changed(self, mac_key: bytes, **facts: Any) -> KeyDocument:
        """Return the next version with other facts, sealed again."""
        content = copy.deepcopy(self.content) | facts
        content["version"] = self.version + 1
        return sealed(content, mac_key)

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        return strictjson.dump(self.content)


def sealed(content: dict[str, Any], mac_key: bytes) -> KeyDocument:
    """Put MAC and check sum on."""
    content = content | {"mac": text(_mac(content, mac_key))}
    return KeyDocument(content | {"check": _check(content)})


def parse(data: bytes) -> KeyDocument:
    """Read a key file; raises UnsoundError when form, bounds or check sum are wrong."""
    try:
        content = strictjson.load_object(data, MAX_BYTES)
    except strictjson.NotStrictError:
        raise UnsoundError from None
    if content.get("format") != FORMAT or type(content.get("v")) is not int:
        raise UnsoundError
    if content["v"] != 0:
        raise UnsoundError(newer=content.get("check") == _check(content))
    _check_form(content)
    if strictjson.dump(content) != data or content["check"] != _check(content):
        raise UnsoundError
    return KeyDocument(content)


def cost_of(slot: dict[str, Any]) -> KdfParameters:
    """Return the cost of a slot; raises OperationalError when it was lowered or would exhaust the PC."""
    cost = KdfParameters(slot["kdf"]["m"], slot["kdf"]["t"], slot["kdf"]["p"])
    if not cost.is_sound(1 if slot["kind"] == "recovery" else 3):
        raise OperationalError(
            "damaged_key",
            tr("密钥文件里的加密参数不在允许范围内，文件可能被改动过。"),
            tr("请用备份中的密钥文件或恢复码恢复，并告知管理员。"),
        )
    return cost


def text(data: bytes) -> str:
    """Return bytes as base64 text."""
    return base64.b64encode(data).decode()


def raw(value: str) -> bytes:
    """Return the bytes of base64 text; raises UnsoundError."""
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise UnsoundError from None
    return data


def read_best(files: tuple[Path, Path]) -> list[KeyDocument]:
    """Return the sound copies, highest version first; raises OperationalError (missing, damaged, newer)."""
    found = [data for data in (read(file) for file in files) if data is not None]
    if not found:
        raise OperationalError(
            "missing_key",
            tr("找不到密钥文件，没有它打不开数据。"),
            tr("请从备份中取回密钥文件（station.keys），数据文件请原样保留。"),
        )
    documents: list[KeyDocument] = []
    newer = False
    for data in dict.fromkeys(found):
        try:
            documents.append(parse(data))
        except UnsoundError as trouble:
            newer = newer or trouble.newer
    if newer:
        raise OperationalError(
            "newer_database", tr("密钥文件由更新版本的程序写成。"), tr("请先更新本机的程序，再打开数据。")
        )
    if not documents:
        raise OperationalError(
            "damaged_key",
            tr("密钥文件的两份副本都已损坏。"),
            tr("请从备份中取回密钥文件；数据文件请原样保留，不要删除。"),
        )
    return sorted(documents, key=lambda document: -document.version)


def write_both(files: tuple[Path, Path], data: bytes) -> None:
    """Write copy A, then copy B; at every moment at least one whole copy is there."""
    for file in files:
        _guarded(partial(_replace, file, data))


def _replace(file: Path, data: bytes) -> None:
    """Write beside, flush, rename over, flush the folder."""
    beside = file.with_name(file.name + ".tmp")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(file.parent)


def read(file: Path) -> bytes | None:
    """Return the bytes of one copy, or None when it is not there; at most one byte more than a key file may have."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError:
        return b""


def _guarded(work: Callable[[], None]) -> None:
    """Say in words what the disk did."""
    try:
        work()
    except OSError as trouble:
        code = "disk_full" if trouble.errno in _FULL else "read_only" if trouble.errno in _LOCKED else "io_error"
        sentence = {
            "disk_full": tr("磁盘已满，密钥文件没有写入；原来的密钥仍然有效。"),
            "read_only": tr("没有写入权限，密钥文件没有写入；原来的密钥仍然有效。"),
            "io_error": tr("磁盘读写出错，密钥文件没有写完；原来的密钥仍然有效。"),
        }[code]
        raise OperationalError(code, sentence, tr("请检查数据所在的磁盘后重试。")) from None


def _mac(content: dict[str, Any], key: bytes) -> bytes:
    """Authenticate everything except the two checks themselves."""
    rest = {name: value for name, value in content.items() if name not in _CHECKS}
    return hmac.digest(key, strictjson.dump(rest), "sha256")


def _check(content: dict[str, Any]) -> str:
    """Sum up everything except the sum: finds damage without any key, so that the other copy is taken."""
    rest = {name: value for name, value in content.items() if name != "check"}
    return hashlib.sha256(strictjson.dump(rest)).hexdigest()


def _check_form(content: dict[str, Any]) -> None:
    """Refuse missing, surplus and mistyped facts."""
    _check_fields(content, _TOP)
    _check_fields(content["replica_keys"], _REPLICA_KEYS)
    if content["suite"] != SUITE or content["version"] < 1 or not content["slots"]:
        raise UnsoundError
    for slot in content["slots"]:
        _check_fields(slot, _SLOT)
        _check_fields(slot["kdf"], _KDF)
        if slot["kind"] not in ("password", "recovery") or slot["device"] or slot["kdf"]["alg"] != "argon2id":
            raise UnsoundError


def _check_fields(content: object, fields: Mapping[str, type]) -> None:
    """Check the names and kinds of one object."""
    if not isinstance(content, dict) or content.keys() != fields.keys():
        raise UnsoundError
    for name, kind in fields.items():
        value = content[name]
        if kind is bytes:
            _check_binary(name, value)
        elif type(value) is not kind:
            raise UnsoundError


def _check_binary(name: str, value: object) -> None:
    """Check base64 text and, where it is fixed, its length."""
    if not isinstance(value, str) or len(raw(value)) != _SIZES.get(name, len(raw(value))):
        raise UnsoundError
