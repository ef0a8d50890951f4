"""The controls of the form of a client, a section at a time, as the layout of the data says (people/form.toml)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QWidget

from desktop.domain.forms import DRAFT, REGISTERED, FormField
from desktop.domain.people import value_of
from desktop.i18n import tr
from desktop.services.codes import Codes, entry, person_form
from desktop.services.people import PersonDraft
from desktop.ui.kit.choices import Option, Segments
from desktop.ui.kit.fields import area_field, choice_field, date_field, text_field
from desktop.ui.kit.form import Field, FormBinding
from desktop.ui.kit.layouts import column, frame, row
from desktop.ui.people.form_controls import Counts, DivisionField, IdField, Several, YesNo
from desktop.ui.people.form_rows import LINES, LinesField

_DANGER_TONES = {"0": "ok", "1": "info", "2": "warn", "3": "bad", "4": "bad", "5": "bad"}


class PersonFields:
    """All fields, bound to the names of PersonDraft; the controls of a step exist once it was looked at."""

    def __init__(self, codes: Codes, today: date, binding: FormBinding) -> None:
        self._codes, self._today, self.binding = codes, today, binding
        self.layout = person_form()
        self.labels = {name: tr(field.label) for name, field in self.layout.fields.items()}
        self.by_step = [[field.name for field in section.shown] for section in self.layout.steps]
        self._built: set[int] = set()
        self._draft = PersonDraft()
        self._villages: tuple[str, ...] = ()
        self._makers: dict[str, Callable[[FormField], QWidget]] = {
            "text": self._text,
            "village": self._village,
            "choice": self._choice,
            "area": lambda field: area_field(_hold(field), 54),
            "multi": lambda field: Several(self._options(field.codes), field.codes, tr(field.label)),
            "date": lambda _: date_field(latest=self._today),
            "id": lambda field: IdField(_hold(field)),
            "yesno": lambda _: YesNo(),
            "division": lambda field: DivisionField(_hold(field), self._divisions),
            "counts": lambda field: Counts(self._options(field.codes)),
            **dict.fromkeys(LINES, self._lines),
        }

    def step_of(self, name: str) -> int:
        """Return the step on which a field stands; 0 when it stands on none."""
        return self.layout.step_of(name)

    def is_built(self, place: int) -> bool:
        """Say whether the controls of a step exist."""
        return place in self._built

    def build(self, place: int) -> QWidget:
        """Make the controls of a step and show in them what the form holds."""
        self._built.add(place)
        rows: list[Any] = []
        pair: list[tuple[Field, int]] = []
        for field in self.layout.steps[place].shown:
            made = self._add(field)
            if field.width > 1 or len(pair) == 2:
                rows, pair = [*rows, *_rows(pair)], []
            if field.width > 1:
                rows.append(made)
            else:
                pair.append((made, 1))
        self.binding.fill({name: value_of(self._draft, name) for name in self.by_step[place]})
        self.show_meaning()
        return frame(column(*rows, *_rows(pair), None, spacing=10, margins=(20, 14, 20, 14)))

    def fill(self, draft: PersonDraft) -> None:
        """Show a draft; steps not built yet take it from here when they are."""
        self._draft = draft
        self.binding.fill_from(draft)
        self.show_meaning()

    def draft(self, base: PersonDraft) -> PersonDraft:
        """Return the draft with what the form holds."""
        self._draft = self.binding.into(base)
        return self._draft

    def words(self, name: str) -> str:
        """Return what a field holds, in words."""
        field, value = self.layout.fields[name], value_of(self._draft, name)
        if isinstance(value, bool):
            return tr("是") if value else tr("否")
        if isinstance(value, tuple):
            return tr("、").join(self._codes.label(field.codes, code) for code in value if isinstance(code, str))
        return self._codes.label(field.codes, value) if field.codes else str(value or "")

    def offer_villages(self, villages: Sequence[str]) -> None:
        """Offer the villages typed before while a village is typed."""
        self._villages = tuple(villages)
        if "village" in self.binding.names():
            self._offer(self.binding.control("village"))

    def show_meaning(self) -> None:
        """Say below the danger level what the level means."""
        if "danger_level" in self.binding.names():
            code = self.binding.control("danger_level").value()
            hint = tr(self.layout.fields["danger_level"].hint)
            self.binding.field("danger_level").set_hint(
                str(entry("danger_level", code).get("meaning", "")) if code else hint
            )

    def _offer(self, village: Any) -> None:
        offer = QCompleter(list(self._villages), village)
        offer.setFilterMode(Qt.MatchFlag.MatchContains)
        offer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offer.activated.connect(lambda _: village.edited.emit())
        village.setCompleter(offer)

    def _add(self, field: FormField) -> Field:
        control = self._makers.get(field.kind, self._text)(field)
        words = "" if field.kind in LINES else tr(field.label)
        made = Field(words, control, tr(field.hint) if field.hint else "", field.bar in (DRAFT, REGISTERED))
        self.binding.add(field.name, made)
        return made

    def _options(self, table: str) -> list[Option]:
        return [(each.code, each.label) for each in self._codes.choices(table)]

    def _divisions(self, typed: str) -> list[Option]:
        return [(each.code, each.name) for each in self._codes.divisions(typed)]

    def _text(self, field: FormField) -> QWidget:
        return text_field(_hold(field), max_length=field.limit)

    def _village(self, field: FormField) -> QWidget:
        made = text_field(_hold(field))
        self._offer(made)
        return made

    def _choice(self, field: FormField) -> QWidget:
        options = self._options(field.codes)
        if field.look == "levels":
            return Segments([(code, code) for code, _ in options], _DANGER_TONES, is_optional=True)
        if field.look == "segments":
            return Segments(options, is_optional=True)
        return choice_field(options, "" if field.is_always else tr("请选择"))

    def _lines(self, field: FormField) -> QWidget:
        made = LinesField(LINES[field.kind](), self._options, self._today)
        made.setAccessibleName(tr(field.label))
        return made


def _hold(field: FormField) -> str:
    return tr(field.placeholder) if field.placeholder else ""


def _rows(pairs: list[tuple[Field, int]]) -> list[Any]:
    """Return fields in rows of two; the last may stand alone on the left."""
    if not pairs:
        return []
    return [row(*pairs, *([(frame(), 1)] if len(pairs) == 1 else []), spacing=16)]
