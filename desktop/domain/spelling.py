"""Names in pinyin for the search box: full, initials, and every reading of characters that have several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from desktop.domain.folding import clean_name

_MOST_WAYS = 24  # ways to read one name: a name of seven such characters must not fill a page


@dataclass(frozen=True)
class Readings:
    """How characters are read in names (resources/codes/surnames.toml): as a surname, and in the given name."""

    compound: Mapping[str, Sequence[str]] = field(default_factory=dict)
    single: Mapping[str, Sequence[str]] = field(default_factory=dict)
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def split(self, name: str) -> tuple[list[list[str]], str]:
        """Return the readings of the surname, each a list of syllables, and the rest of the name."""
        if name[:2] in self.compound:
            return [reading.split() for reading in self.compound[name[:2]]], name[2:]
        if name[:1] in self.single:
            return [[reading] for reading in self.single[name[:1]]], name[1:]
        return [[]], name

    def ways(self, character: str, usual: str) -> list[str]:
        """Return the usual syllable of a character, then the others it may have."""
        return list(dict.fromkeys((usual, *self.given.get(character, ()))))


def search_keys(name: str, readings: Readings) -> str:
    """Return every spelling the search box knows for a name, lower case, parted by one blank.

    The name itself and without its dots; full pinyin and initials, for each way to read it.
    """
    cleaned = clean_name(name)
    plain = cleaned.replace("·", "").replace(" ", "")
    keys = [cleaned, plain]
    for syllables in _spoken(plain, readings):
        keys += ["".join(syllables), "".join(syllable[:1] for syllable in syllables)]
    return " ".join(dict.fromkeys(key.lower() for key in keys if key))


def sounds(name: str, readings: Readings) -> frozenset[str]:
    """Return every way a name is spoken, syllables parted by blanks; two names that share one sound alike."""
    plain = clean_name(name).replace("·", "").replace(" ", "")
    return frozenset(" ".join(syllables).lower() for syllables in _spoken(plain, readings))


def _spoken(plain: str, readings: Readings) -> list[list[str]]:
    """Return the syllables of a name, once for each way to read it; the usual way comes first."""
    from pypinyin import lazy_pinyin  # heavy: 0.3 s and 60 MB, needed only when a name is saved

    heads, rest = readings.split(plain)
    usual = lazy_pinyin(rest)
    if len(usual) != len(rest):  # letters that stand together are one syllable
        return [[*head, *usual] for head in heads]
    tails = islice(product(*(readings.ways(*one) for one in zip(rest, usual, strict=True))), _MOST_WAYS)
    return [[*head, *tail] for tail in tails for head in heads]
