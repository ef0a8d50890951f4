"""Sign and verify (Ed25519), encrypt and decrypt (age); bytes only, and anything a stock tool can check."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any

MAX_STANZAS = 8
MAX_HEADER = 4096
_VERSION_LINE = b"age-encryption.org/v1"
_STANZA = re.compile(rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*")
_MAC_LINE = re.compile(rb"--- [A-Za-z0-9+/]{43}")
_BODY = re.compile(rb"[A-Za-z0-9+/]{0,64}")
_BODY_WIDTH = 64


class SealError(Exception):
    """The seal did not open; `reason` is header, no_match or damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SigningKey:
    """An Ed25519 key; shows only its public half."""

    __slots__ = ("_key",)

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def __repr__(self) -> str:
        return f"SigningKey({self.public_text})"

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a new key."""
        import secrets

        return cls(secrets.token_bytes(32))

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """Make the key that belongs to 32 secret bytes."""
        return cls(seed)

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes."""
        return self._key.private_bytes_raw()

    @property
    def public_text(self) -> str:
        """The public key as 64 lower-case hexadecimal digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._key.sign(message)


def is_public_key(text: object) -> bool:
    """Say whether `text` has the form of a public signing key."""
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{64}", text) is not None


def verify(public_text: str, message: bytes, signature: bytes) -> bool:
    """Say whether the signature is of this key over this message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not is_public_key(public_text):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_text)).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def key_id(public_text: str) -> str:
    """Return the short name of a public key, 16 hexadecimal digits."""
    return hashlib.sha256(public_text.encode()).hexdigest()[:16]


def fingerprint(*public_parts: str) -> str:
    """Return eight groups of four digits to read out by telephone; every part and every border counts."""
    digest = hashlib.sha256(b"kangyi-fingerprint/0")
    for part in public_parts:
        data = part.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    digits = digest.hexdigest()[:32].upper()
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def new_age_identity() -> str:
    """Return a new secret age identity (`AGE-SECRET-KEY-1...`)."""
    from pyrage import x25519

    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public age recipient (`age1...`) of an identity."""
    from pyrage import x25519

    return str(x25519.Identity.from_str(identity).to_public())


def is_recipient(text: object) -> bool:
    """Say whether `text` is an age recipient."""
    import pyrage

    try:
        pyrage.x25519.Recipient.from_str(text)
    except (pyrage.RecipientError, TypeError):
        return False
    return True


def encrypt(data: bytes, recipients: list[str]) -> bytes:
    """Encrypt for age recipients; any stock `age` opens it with the identity."""
    import pyrage

    result: bytes = pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(text) for text in recipients])
    return result


def decrypt(data: bytes, identity: str) -> bytes:
    """Decrypt whole or not at all; raises SealError and releases nothing before the end was verified."""
    import pyrage

    check_header(data)
    try:
        result: bytes = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as trouble:
        raise SealError("no_match" if "No matching keys" in str(trouble) else "damaged") from None
    return result


def check_header(data: bytes) -> None:
    """Walk the age header by its strict grammar before any key work: many stanzas cost minutes (128 of them 0.15 s)."""
    head = data[: MAX_HEADER + 1]
    lines = head.split(b"\n")
    if lines[0] != _VERSION_LINE:
        raise SealError("header")
    at, stanzas = 1, 0
    while at < len(lines) and _STANZA.fullmatch(lines[at]):
        stanzas += 1
        at = _after_body(lines, at + 1)
    complete = at < len(lines) - 1 and _MAC_LINE.fullmatch(lines[at])
    if not complete or not 1 <= stanzas <= MAX_STANZAS or not _is_base64(lines[at][4:]):
        raise SealError("header")


def _after_body(lines: list[bytes], at: int) -> int:
    """Return the line after a stanza's body: full lines of 64, then one shorter line (may be empty)."""
    body = []
    while at < len(lines):
        line = lines[at]
        if not _BODY.fullmatch(line):
            break
        body.append(line)
        at += 1
        if len(line) < _BODY_WIDTH:
            break
    if not body or len(body[-1]) == _BODY_WIDTH or not _is_base64(b"".join(body)):
        raise SealError("header")
    return at


def _is_base64(text: bytes) -> bool:
    """Say whether the text is canonical base64 without padding."""
    try:
        raw = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return False
    return base64.b64encode(raw).rstrip(b"=") == text


def wrap(key: bytes, data: bytes, about: bytes) -> tuple[bytes, bytes]:
    """Encrypt a small secret under a 32-byte key (AES-256-GCM) bound to `about`; return nonce and ciphertext."""
    import secrets

    nonce = secrets.token_bytes(12)
    return nonce, _aes(key).encrypt(nonce, data, about)


def unwrap(key: bytes, nonce: bytes, data: bytes, about: bytes) -> bytes:
    """Open what `wrap` made; raises SealError when key, data or `about` differ."""
    from cryptography.exceptions import InvalidTag

    try:
        result: bytes = _aes(key).decrypt(nonce, data, about)
    except InvalidTag:
        raise SealError("damaged") from None
    return result


def stretch(secret: bytes, label: str, salt: bytes | None = None) -> bytes:
    """Derive 32 bytes for one purpose from a strong secret (HKDF-SHA256)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt, b"kangyi/0/" + label.encode()).derive(secret)


def _aes(key: bytes) -> Any:
    """Return the cipher for a 32-byte key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)
