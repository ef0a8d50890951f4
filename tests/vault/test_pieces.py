"""Sealed pieces: bound to key and name, nothing readable, nothing told by a name."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.catalogue import Services
from desktop.vault.pieces import PieceSeal, is_name
from desktop.vault.seal import SealError


class Keys:
    """A vault that is open: keys by label."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def derive(self, label: str) -> bytes:
        return hashlib.sha256(self._secret + label.encode()).digest()


def seal(secret: bytes = b"1") -> PieceSeal:
    return PieceSeal(Keys(secret))  # type: ignore[arg-type]


def test_a_name_is_no_plain_hash_and_differs_from_station_to_station() -> None:
    form = b"a blank form that everybody has"
    assert seal().name_of(form) != hashlib.sha256(form).hexdigest()
    assert seal().name_of(form) != seal(b"2").name_of(form)
    assert seal().name_of(form) == seal().name_of(form)
    assert is_name(seal().name_of(form))
    assert not is_name("../station.db")
    assert not is_name(None)


@given(st.binary(max_size=300), st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_one_bit_anywhere_and_it_does_not_open(data: bytes, place: int, bit: int) -> None:
    one = seal()
    name = one.name_of(data)
    piece = one.close(name, data)
    assert one.open(name, piece) == data
    spoiled = bytearray(piece)
    spoiled[place % len(piece)] ^= 1 << bit
    with pytest.raises(SealError):
        one.open(name, bytes(spoiled))


@pytest.mark.parametrize("cut", [0, 5, 15, 20, 27, 40])
def test_a_piece_cut_short_does_not_open(cut: int) -> None:
    name = seal().name_of(b"x" * 100)
    with pytest.raises(SealError):
        seal().open(name, seal().close(name, b"x" * 100)[:cut])


def test_one_piece_does_not_open_in_the_place_of_another_nor_under_another_key() -> None:
    mine, other = seal().name_of(b"mine"), seal().name_of(b"other")
    piece = seal().close(mine, b"mine")
    with pytest.raises(SealError):
        seal().open(other, piece)
    with pytest.raises(SealError):
        seal(b"2").open(mine, piece)


def test_the_same_content_is_never_sealed_alike() -> None:
    name = seal().name_of(b"x")
    assert seal().close(name, b"x") != seal().close(name, b"x")


def test_nothing_opens_after_the_lock(services: Services) -> None:
    name = services.desk.pieces.put(b"content")
    services.close()
    with pytest.raises(RuntimeError):
        services.desk.pieces.read(name)
