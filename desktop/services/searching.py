"""The search box: what a client can be found by, and the texts it looks through, kept in memory."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cache
from operator import itemgetter
from threading import Lock
from typing import TYPE_CHECKING, Any
from unicodedata import category

from sqlalchemy import and_, or_, select

from desktop import resources
from desktop.domain.folding import fold
from desktop.domain.spelling import Readings, search_keys, sounds
from desktop.models.exchange import Change
from desktop.models.people import Person
from desktop.services.roll import newest_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

_NUMBER = re.compile(r"\d+x?")
_LETTERS = re.compile(r"[a-z]+")
# Fewer letters or digits are looked for at the ends of a spelling only, else "li" and "19" find everybody.
_ANYWHERE = 4
_NOTHING = {"Cc", "Cs"}
_MOST_LETTERS, _MOST_WORDS = 200, 12  # what is typed beyond is nobody's name
_MOST_AGAIN = 300  # more clients than these are read with all the others


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
    """Return the condition for what was typed, where other conditions join in; several words must all be found."""
    found = [or_(*_likes(word)) for word in words_of(typed)]
    return and_(Person.is_deleted.is_(False), Person.archived_on.is_(None), *found)


def _likes(word: str) -> list[ColumnElement[bool]]:
    return [Person.search_text.contains(part, autoescape=True) for part in parts_of(word)]


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


@dataclass
class Texts:
    """The texts behind the search box by file number, as they were at one change of the store.

    `last` is what was asked last and the places found: one more letter is looked for among those only.
    """

    newest: int
    lines: list[tuple[str, str]]  # file number, id
    texts: list[str]
    archived: frozenset[str]
    last: tuple[tuple[str, ...], list[int]] | None = None

    def find(self, words: Sequence[str], with_archived: bool = False) -> list[int]:
        """Return the places of those in whom every word is found."""
        asked = tuple(words)
        last = self.last  # read and set at one stroke: other workers look here, too
        if last is not None and last[0] == asked:
            kept = last[1]
        else:
            places = last[1] if last is not None and _narrows(last[0], asked) else range(len(self.lines))
            kept = self._look(asked, places)
            self.last = (asked, kept)
        if with_archived or not self.archived:
            return [*kept]
        return [place for place in kept if self.lines[place][1] not in self.archived]

    def _look(self, words: Sequence[str], places: Sequence[int]) -> list[int]:
        """Return those of these places in whom every word is found."""
        for word in words:
            one, *other = parts_of(word)
            texts = self.texts if isinstance(places, range) else map(self.texts.__getitem__, places)
            those = zip(places, texts, strict=True)
            if other:
                places = [place for place, text in those if one in text or other[0] in text]
            else:
                places = [place for place, text in those if one in text]
        return [*places]

    def ids_at(self, places: Iterable[int]) -> list[str]:
        """Return the ids at these places."""
        return [self.lines[place][1] for place in places]


def _narrows(before: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Say whether whoever has these words has the words before, too: one more letter was typed."""
    if not before or before[:-1] != asked[: len(before) - 1] or len(asked) < len(before):
        return False
    old, new = parts_of(before[-1]), parts_of(asked[len(before) - 1])
    return len(old) == len(new) == 1 and old[0] in new[0]


class Finder:
    """Keeps the texts while the station is open: reading them from the store takes longer than looking through them."""

    def __init__(self) -> None:
        self._texts: Texts | None = None
        self._lock = Lock()

    def texts(self, db: Session) -> Texts:
        """Return the texts as the store has them now."""
        newest = newest_change(db)
        with self._lock:
            kept = self._texts
            if kept is None or newest < kept.newest:
                kept = _read(db, newest)
            elif newest > kept.newest:
                kept = _mended(db, kept, newest)
            self._texts = kept if self._texts is None or kept.newest >= self._texts.newest else self._texts
            return kept


def texts_of(db: Session) -> Texts:
    """Return what the search box looks through."""
    memory: dict[str, Any] | None = db.info.get("memory")
    finder: Finder = Finder() if memory is None else memory.setdefault("finder", Finder())
    return finder.texts(db)


def _read(db: Session, newest: int) -> Texts:
    # sorted here: in the order of an index the store would fetch the pages of its largest table again and again
    found = sorted(db.execute(_people().where(Person.is_deleted.is_(False))), key=itemgetter(0, 1))
    archived = frozenset(one for _, one, _, archived_on in found if archived_on is not None)
    return Texts(newest, [(file_no, one) for file_no, one, _, _ in found], [text for _, _, text, _ in found], archived)


def _mended(db: Session, kept: Texts, newest: int) -> Texts:
    """Return new texts, with those who changed read again; other workers may be looking through the old ones."""
    changed = select(Change.pk).where(Change.seq > kept.newest, Change.table_name == Person.__tablename__).distinct()
    again = set(db.scalars(changed))
    if not again:
        return replace(kept, newest=newest)  # and what was found last
    if len(again) > _MOST_AGAIN:
        return _read(db, newest)
    stay = [place for place, (_, one) in enumerate(kept.lines) if one not in again]
    lines, texts = [kept.lines[place] for place in stay], [kept.texts[place] for place in stay]
    archived = set(kept.archived - again)
    for file_no, one, text, archived_on in db.execute(
        _people().where(Person.id.in_(again), Person.is_deleted.is_(False))
    ):
        place = bisect_left(lines, (file_no, one))
        lines.insert(place, (file_no, one))
        texts.insert(place, text)
        if archived_on is not None:
            archived.add(one)
    return Texts(newest, lines, texts, frozenset(archived))


def _people() -> Select[str, str, str, date | None]:
    return select(Person.file_no, Person.id, Person.search_text, Person.archived_on)
