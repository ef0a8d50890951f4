"""The search box: what a client can be found by, and the question put to the database."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import category

from sqlalchemy import and_, or_

from desktop import resources
from desktop.domain.folding import fold
from desktop.domain.spelling import Readings, search_keys, sounds
from desktop.models.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

_NUMBER = re.compile(r"\d+x?")
_LETTERS = re.compile(r"[a-z]+")
# Fewer letters or digits are looked for at the ends of a spelling only, else "li" and "19" find everybody.
_ANYWHERE = 4
_NOTHING = {"Cc", "Cs"}
_MOST_LETTERS, _MOST_WORDS = 200, 12  # what is typed beyond is nobody's name


def spellings(
    person: Person, telephones: Iterable[str | None], guardian: str | None = None, illness: str | None = None
) -> str:
    """Return the text behind the search box.

    Name, pinyin, initials, file number, ID, telephones, village, township; the guardian's name likewise, diagnosis.
    """
    words = [search_keys(person.name, _readings()), person.file_no, person.id_no]
    words += [re.sub(r"\D", "", telephone or "") for telephone in telephones]
    words += [person.village, person.township]
    words += [search_keys(guardian, _readings()) if guardian else "", illness]
    return text_of(words)


def spelled(name: str) -> str:
    """Return every spelling of a name that the search box knows."""
    return search_keys(name, _readings())


def sounds_of(name: str) -> frozenset[str]:
    """Return every way a name is spoken."""
    return sounds(name, _readings())


def text_of(words: Iterable[str | None]) -> str:
    """Return words as the text behind a search box: each once, with a blank at either end."""
    tokens = dict.fromkeys(token for word in words if word for token in word.casefold().split())
    return f" {' '.join(tokens)} "


def words_of(typed: str) -> list[str]:
    """Return the words to look for; what no file can hold (halves of characters, control marks) is left out."""
    readable = "".join(
        letter for letter in typed[:_MOST_LETTERS] if letter.isspace() or category(letter) not in _NOTHING
    )
    words = [fold(word).replace("·", "").casefold().replace("ü", "v") for word in readable.split()]
    return [word for word in words if word][:_MOST_WORDS]


def matches(typed: str) -> ColumnElement[bool]:
    """Return the condition for what was typed; several words must all be found."""
    return and_(Person.is_deleted.is_(False), *[or_(*_likes(word)) for word in words_of(typed)])


@cache
def _readings() -> Readings:
    table = resources.table("codes/surnames.toml")
    return Readings(table["compound"], table["single"], table["given"])


def parts_of(word: str) -> tuple[str, ...]:
    """Return the texts one of which must be found for a word; blanks stand for the ends of a spelling."""
    if len(word) < _ANYWHERE:
        if _NUMBER.fullmatch(word):
            return f" {word}", f"{word} "
        if _LETTERS.fullmatch(word):
            return (f" {word}",)
    return (word,)


def _likes(word: str) -> list[ColumnElement[bool]]:
    safe = [part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for part in parts_of(word)]
    return [Person.search_text.like(f"%{part}%", escape="\\") for part in safe]
