"""Names in pinyin for the search box: full, initials, and the second readings of surnames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.domain.folding import clean_name


@dataclass(frozen=True)
class Surnames:
    """Readings that characters have when they are a surname (resources/codes/surnames.toml)."""

    compound: Mapping[str, Sequence[str]] = field(default_factory=dict)
    single: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def split(self, name: str) -> tuple[list[list[str]], str]:
        """Return the readings of the surname, each a list of syllables, and the rest of the name."""
        if name[:2] in self.compound:
            return [reading.split() for reading in self.compound[name[:2]]], name[2:]
        if name[:1] in self.single:
            return [[reading] for reading in self.single[name[:1]]], name[1:]
        return [[]], name


def search_keys(name: str, surnames: Surnames) -> str:
    """Return every spelling the search box knows for a name, lower case, parted by one blank.

    The name itself and without its dots; full pinyin and initials, for each reading of the surname.
    """
    cleaned = clean_name(name)
    plain = cleaned.replace("·", "").replace(" ", "")
    keys = [cleaned, plain]
    for syllables in _readings(plain, surnames):
        keys += ["".join(syllables), "".join(syllable[:1] for syllable in syllables)]
    return " ".join(dict.fromkeys(key.lower() for key in keys if key))


def _readings(plain: str, surnames: Surnames) -> list[list[str]]:
    """Return the syllables of a name, once for each way to read its surname."""
    from pypinyin import lazy_pinyin  # heavy: 0.3 s and 60 MB, needed only when a name is saved

    heads, rest = surnames.split(plain)
    return [head + lazy_pinyin(rest) for head in heads]
