"""The search box: what a client can be found by, and the question put to the database."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_

from desktop import resources
from desktop.domain.folding import fold
from desktop.domain.spelling import Surnames, search_keys
from desktop.models.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

_NUMBER = re.compile(r"\d+x?")
_LETTERS = re.compile(r"[a-z]+")
_LETTERS_ANYWHERE = 4  # fewer letters are looked for at the beginning of a spelling only, else "li" finds everybody


def spellings(person: Person, telephones: Iterable[str | None]) -> str:
    """Return the text behind the search box: name, pinyin, initials, file number, ID, telephones, village, township."""
    words = [search_keys(person.name, _surnames()), person.file_no, person.id_no]
    words += [re.sub(r"\D", "", telephone or "") for telephone in telephones]
    words += [person.village, person.township]
    tokens = dict.fromkeys(token for word in words if word for token in word.casefold().split())
    return f" {' '.join(tokens)} "


def matches(typed: str) -> ColumnElement[bool]:
    """Return the condition for what was typed; several words must all be found."""
    words = [fold(word).replace("·", "").casefold() for word in typed.split()]
    return and_(Person.is_deleted.is_(False), *[_word(word) for word in words if word])


@cache
def _surnames() -> Surnames:
    table = resources.table("codes/surnames.toml")
    return Surnames(table["compound"], table["single"])


def _word(word: str) -> ColumnElement[bool]:
    text = Person.search_text
    safe = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    at_start, at_end = text.like(f"% {safe}%", escape="\\"), text.like(f"%{safe} %", escape="\\")
    if _NUMBER.fullmatch(word):
        return or_(at_start, at_end)
    if _LETTERS.fullmatch(word) and len(word) < _LETTERS_ANYWHERE:
        return at_start
    return text.like(f"%{safe}%", escape="\\")
