"""Signing and age encryption, and the walk over an age header before any key work."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pyrage
import pytest

from desktop.vault import seal


def test_a_signature_is_of_one_key_over_one_message() -> None:
    key, other = seal.SigningKey.generate(), seal.SigningKey.generate()
    signature = key.sign(b"message")
    assert seal.verify(key.public_text, b"message", signature)
    assert not seal.verify(key.public_text, b"massage", signature)
    assert not seal.verify(other.public_text, b"message", signature)
    assert not seal.verify("zz", b"message", signature)
    assert not seal.verify(key.public_text, b"message", signature[:-1])


def test_a_key_comes_back_from_its_seed_and_shows_only_its_public_half() -> None:
    key = seal.SigningKey.generate()
    again = seal.SigningKey.from_seed(key.seed)
    assert again.public_text == key.public_text
    assert key.seed.hex() not in repr(key)
    assert key.public_text in repr(key)
    assert len(seal.key_id(key.public_text)) == 16


def test_a_fingerprint_counts_every_part_and_every_border() -> None:
    assert seal.fingerprint("ab", "c") != seal.fingerprint("a", "bc") != seal.fingerprint("a", "b", "c")
    groups = seal.fingerprint("s", "r").split(" ")
    assert [len(group) for group in groups] == [4] * 8


def test_what_is_encrypted_for_two_opens_for_both_and_no_third() -> None:
    first, second, third = (seal.new_age_identity() for _ in range(3))
    sealed = seal.encrypt("机密".encode(), [seal.recipient_of(first), seal.recipient_of(second)])
    assert seal.decrypt(sealed, first) == seal.decrypt(sealed, second) == "机密".encode()
    with pytest.raises(seal.SealError) as trouble:
        seal.decrypt(sealed, third)
    assert trouble.value.reason == "no_match"


def test_a_stock_age_opens_it(tmp_path: Path) -> None:
    identity = seal.new_age_identity()
    (tmp_path / "identity.txt").write_text(identity + "\n")
    (tmp_path / "sealed.age").write_bytes(seal.encrypt(b"payload", [seal.recipient_of(identity)]))
    opened = subprocess.run(
        ["age", "-d", "-i", tmp_path / "identity.txt", tmp_path / "sealed.age"], capture_output=True, check=True
    )
    assert opened.stdout == b"payload"


def test_a_broken_payload_gives_nothing() -> None:
    identity = seal.new_age_identity()
    sealed = seal.encrypt(b"x" * 200_000, [seal.recipient_of(identity)])
    for broken in (sealed[:-1], sealed + b"x", sealed[:100_000], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(seal.SealError) as trouble:
            seal.decrypt(broken, identity)
        assert trouble.value.reason == "damaged"


def test_eight_stanzas_are_read_and_nine_are_not() -> None:
    # rage adds a stanza of its own ("grease") to those of the recipients
    recipients = [seal.recipient_of(seal.new_age_identity()) for _ in range(9)]
    seal.check_header(seal.encrypt(b"", recipients[:7]))
    with pytest.raises(seal.SealError, match="header"):
        seal.check_header(seal.encrypt(b"", recipients))


def test_hundreds_of_stanzas_are_refused_before_any_key_work(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = seal.new_age_identity()
    recipient = pyrage.x25519.Recipient.from_str(seal.recipient_of(identity))
    sealed = pyrage.encrypt(b"", [recipient] * 129)
    monkeypatch.setattr(pyrage, "decrypt", lambda *_: pytest.fail("key work was done"))
    with pytest.raises(seal.SealError, match="header"):
        seal.decrypt(sealed, identity)


MAC = b"--- " + b"A" * 43 + b"\n"
BODY = b"B" * 42 + b"A"
GOOD = b"age-encryption.org/v1\n-> X25519 abc\n" + BODY + b"\n" + MAC


def test_a_well_formed_header_passes_whatever_follows() -> None:
    seal.check_header(GOOD + b"binary\nrest")
    seal.check_header(GOOD.replace(BODY, b"A" * 64 + b"\n"))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"age-encryption.org/v2\n" + GOOD[22:],
        b"age-encryption.org/v1\r\n" + GOOD[22:],
        b"age-encryption.org/v1\n" + MAC,
        GOOD.replace(BODY + b"\n", b""),
        GOOD.replace(BODY, b"A" * 64),
        GOOD.replace(BODY, b"A" * 65),
        GOOD.replace(BODY, b"A" * 42 + b"="),
        GOOD.replace(BODY, b"A" * 41),
        GOOD.replace(BODY, b"A" * 42 + b"B"),
        GOOD.replace(b"-> X25519 abc", b"->  X25519"),
        GOOD.replace(b"-> X25519 abc", b"-> "),
        GOOD.replace(b"-> X25519 abc", b"-> X\xc3\xa4"),
        GOOD.replace(b"A\n--- ", b"A\n--- A"),
        GOOD.replace(MAC, b"--- " + b"A" * 42 + b"B\n"),
        GOOD[:-1],
        GOOD[:60],
        GOOD.replace(BODY, (b"A" * 64 + b"\n") * 80),
        b"age-encryption.org/v1\n-> X25519 abc",
        b"age-encryption.org/v1\n-> X25519 abc\n",
    ],
)
def test_a_loose_header_is_refused(header: bytes) -> None:
    with pytest.raises(seal.SealError, match="header"):
        seal.check_header(header)


def test_recipients_and_keys_are_told_from_other_text() -> None:
    recipient = seal.recipient_of(seal.new_age_identity())
    assert seal.is_recipient(recipient)
    assert not seal.is_recipient(recipient[:-1] + ("q" if recipient[-1] != "q" else "p"))
    assert not seal.is_recipient(None)
    assert not seal.is_public_key(None)
    assert not seal.is_public_key("AB" * 32)


def test_a_wrapped_secret_is_bound_to_what_it_is_about() -> None:
    key = bytes(32)
    nonce, sealed = seal.wrap(key, b"secret", b"slot 1")
    assert seal.unwrap(key, nonce, sealed, b"slot 1") == b"secret"
    with pytest.raises(seal.SealError):
        seal.unwrap(key, nonce, sealed, b"slot 2")


def test_labels_and_salts_give_different_keys() -> None:
    made = {seal.stretch(b"s", "a"), seal.stretch(b"s", "b"), seal.stretch(b"s", "a", b"salt"), seal.stretch(b"t", "a")}
    assert len(made) == 4
