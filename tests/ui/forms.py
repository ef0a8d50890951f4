"""Every form of the program, each with a stored record behind it: what tests of all forms go through.

A form that is missing here fails tests/ui/test_every_form.py, so that none forgets its draft or the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from desktop.domain.institution import KINDS, Entry
from desktop.domain.versions import flat, with_values
from desktop.services.benefits import BenefitDraft
from desktop.services.catalogue import Services
from desktop.services.surveys import SurveyDraft
from desktop.ui.benefits.viewmodel import BenefitFormViewModel
from desktop.ui.institution.viewmodel import EntryModel, StationModel
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.form_viewmodel import PersonFormViewModel
from desktop.ui.surveys.viewmodel import SurveyFormViewModel
from desktop.ui.trainings.viewmodel import TrainingFormViewModel
from desktop.ui.visits.viewmodel import VisitFormViewModel
from tests import factories

Model = Any  # RecordModel, or the form of a client, which is older and shaped a little otherwise
Draft = Any


@dataclass(frozen=True)
class Form:
    """One form: how a record of it is stored, how its form opens, and a field of words in it."""

    name: str
    model: type
    make: Callable[[Services], tuple[str, ...]]
    open: Callable[[Workbench, tuple[str, ...]], Model]
    field: str  # as it is compared

    def of(self, model: Model) -> Draft:
        """Return what stands in the form."""
        return model.draft if isinstance(model, PersonFormViewModel) else model.base

    def type_in(self, model: Model, words: object, field: str = "") -> None:
        """Change one field, as a person does."""
        draft = self.typed(self.of(model), field or self.field, words)
        model.change(draft) if isinstance(model, PersonFormViewModel) else model.touch(draft)

    def save(self, model: Model) -> None:
        """Press the button."""
        model.save() if isinstance(model, PersonFormViewModel) else model.save(model.base)

    def typed(self, draft: Draft, field: str, words: object) -> Draft:
        """Return a form with other words in one field."""
        if isinstance(draft, Entry):
            return replace(draft, values={**draft.values, field: words})
        return with_values(draft, {field: words})

    def value(self, draft: Draft, field: str = "") -> object:
        """Return what stands in one field."""
        return draft.value(field or self.field) if isinstance(draft, Entry) else flat(draft)[field or self.field]

    def values(self, draft: Draft) -> dict[str, Any]:
        """Return every field by name."""
        return dict(draft.values) if isinstance(draft, Entry) else flat(draft)

    def check(self, model: Model, draft: Draft) -> tuple[Any, ...]:
        """Ask what is wrong in a form."""
        if isinstance(model, PersonFormViewModel):
            return model.bench.services.people.check(draft)
        found: tuple[Any, ...] = model.check(draft)
        return found

    def store(self, model: Model, draft: Draft) -> None:
        """Store a form over the record, as the service does."""
        if isinstance(model, PersonFormViewModel):
            model.bench.services.people.amend(model.person_id or "", draft, self.newest(model)[1])
        else:
            model.write(draft, "改正")

    def newest(self, model: Model) -> tuple[Draft, int]:
        """Return the record as it is stored now, and its revision."""
        if isinstance(model, PersonFormViewModel):
            return model.bench.services.people.draft(model.person_id or "")
        draft = model.fetch(model.record_id)
        return draft, draft.revision

    def change_elsewhere(self, model: Model, words: str, field: str = "") -> None:
        """Let somebody else save another value."""
        self.store(model, self.typed(self.newest(model)[0], field or self.field, words))


def _person(services: Services) -> tuple[str, ...]:
    return (factories.served(services),)


def _visit(services: Services) -> tuple[str, ...]:
    person_id = factories.served(services)
    return person_id, services.visits.record(factories.visit(person_id, services.actor.user_id))


def _training(services: Services) -> tuple[str, ...]:
    line = factories.line(factories.served(services))
    return (services.trainings.record(factories.training(services.actor.user_id, line)),)


def _benefit(services: Services) -> tuple[str, ...]:
    person_id = factories.served(services)
    return person_id, services.benefits.record(BenefitDraft(person_id, kind="dibao", state="applied", note="旧"))


def _survey(services: Services) -> tuple[str, ...]:
    return (services.surveys.record(SurveyDraft(name="单小红", result="willing", note="旧")),)


def _station(services: Services) -> tuple[str, ...]:
    return ()


_ENTRIES = {
    "price": {"service": "日间训练", "unit": "次", "price_fen": "10", "from_on": "2026-01-01"},
    "plan": {"plan_version": "2026版", "approved_on": "2026-01-05"},
    "drill": {"held_on": "2026-02-01", "topic": "消防疏散"},
    "insurance": {"kind": "employer", "insurer": "虚构保险公司"},
    "contract": {"buyer": "虚构县民政局"},
    "contract_line": {"service": "入户", "quantity": "4"},
    "inspection": {"visited_on": "2026-03-01", "authority": "虚构县民政局"},
    "finding": {"finding": "灭火器过期", "state": "open"},
    "staff_training": {"staff": "林晓岚", "held_on": "2026-02-01", "hours": "8", "topic": "需求评估"},
}
_WORDS = {
    "price": "basis", "plan": "summary", "drill": "problems", "insurance": "insurer", "contract": "operator",
    "contract_line": "unit", "inspection": "outcome", "finding": "rectification", "staff_training": "topic",
}  # fmt: skip
_ABOVE = {"contract_line": ("contract", "contract_id"), "finding": ("inspection", "visit_id")}


def _entry(kind: str) -> Callable[[Services], tuple[str, ...]]:
    def make(services: Services) -> tuple[str, ...]:
        values = dict(_ENTRIES[kind])
        if kind in _ABOVE:
            owner, name = _ABOVE[kind]
            values[name] = services.institution.record(Entry(owner, _ENTRIES[owner]))
        return kind, services.institution.record(Entry(kind, values))

    return make


def _open_person(bench: Workbench, ids: tuple[str, ...]) -> Model:
    model = PersonFormViewModel(bench)
    model.start(ids[0])
    return model


def _open_visit(bench: Workbench, ids: tuple[str, ...]) -> Model:
    model = VisitFormViewModel(bench)
    model.open(ids[0], ids[1])
    return model


def _open_training(bench: Workbench, ids: tuple[str, ...]) -> Model:
    model = TrainingFormViewModel(bench)
    model.open(ids[0], None)
    return model


def _open_benefit(bench: Workbench, ids: tuple[str, ...]) -> Model:
    model = BenefitFormViewModel(bench)
    model.open(ids[0], ids[1])
    return model


def _open_survey(bench: Workbench, ids: tuple[str, ...]) -> Model:
    model = SurveyFormViewModel(bench)
    model.open(ids[0])
    return model


def _open_entry(bench: Workbench, ids: tuple[str, ...]) -> Model:
    model = EntryModel(bench, ids[0])
    model.put(bench.services.institution.entry(*ids))
    return model


def _open_station(bench: Workbench, _: tuple[str, ...]) -> Model:
    model = StationModel(bench)
    model.begin(model.fetch(""), "")
    return model


FORMS = (
    Form("person", PersonFormViewModel, _person, _open_person, "address"),
    Form("visit", VisitFormViewModel, _visit, _open_visit, "problems"),
    Form("training", TrainingFormViewModel, _training, _open_training, "theme"),
    Form("benefit", BenefitFormViewModel, _benefit, _open_benefit, "note"),
    Form("survey", SurveyFormViewModel, _survey, _open_survey, "note"),
    Form("station", StationModel, _station, _open_station, "form.manager"),
    *(Form(f"institution.{kind}", EntryModel, _entry(kind), _open_entry, _WORDS[kind]) for kind in KINDS),
)


def text_fields(form: Form, draft: Draft) -> list[str]:
    """Return the fields of a form into which words can be typed."""
    if isinstance(draft, Entry):
        return list(draft.values)
    return list(_texts(draft, ""))


def _texts(draft: Draft, before: str) -> Iterator[str]:
    for each in fields(draft):
        if is_dataclass(getattr(draft, each.name)):
            yield from _texts(getattr(draft, each.name), f"{before}{each.name}.")
        elif str(each.type) in ("str", "str | None"):
            yield before + each.name
