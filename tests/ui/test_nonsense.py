"""Nonsense in every field of every form: a sentence at the field and nothing changed, or something sound is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from desktop.errors import ValidationError
from desktop.models.exchange import Change
from desktop.services.catalogue import Services
from desktop.services.consents import SignedPaper
from desktop.services.documents import PaperChoices
from desktop.services.people import PeopleQuery
from desktop.sync.fields import field_list
from desktop.ui.kit.tasks import SyncTasks
from desktop.ui.kit.workbench import Workbench
from tests import factories
from tests.ui.forms import FORMS, Form, text_fields

ODD = (
    "\x00", "a\x07b", "\ud800", "半\udfff", "\u202e倒写", "\ufffe", "\u2028", "\x85", "\ufeff", "\u200b", "  ",
    "\n", "字" * 5000, "9" * 5000, "1" * 19, "-1", "1e999", "NaN", "²", "٣", "Ⅷ", "0x10", "１２", "½", "=1+1",
    "2026-02-30", "2026-13-01", "0000-00-00", "9999-12-31", "31/12/2026", "2026年2月30日", "٢٠٢٦-٠١-٠١",
    "２０２６-０１-０１", "24:00", "99:99", "1:2:3", "午前", "<b>粗</b>", "%s%n", "{name}", "🙂", "𠮷", "e\u0301",
    "\U0010ffff", "👨\u200d👩\u200d👧", "'; DROP TABLE person",
)  # fmt: skip
nonsense = st.one_of(st.sampled_from(ODD), st.text(st.characters(), max_size=60))
LINKS = {"id", "person_id", "visit_id", "training_id", "benefit_id", "entry_id", "plan_id", "contract_id"}
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def bench(qapp: object, services: Services) -> Workbench:
    return Workbench(services, SyncTasks())


def newest_change(services: Services) -> int:
    with services.desk.work.read() as db:
        return db.scalar(select(Change.seq).order_by(Change.seq.desc()).limit(1)) or 0


def refuse_unsound(services: Services, after: int) -> None:
    """Whatever was stored can be read as text and handed over."""
    with services.desk.work.read() as db:
        for table, row in db.execute(select(Change.table_name, Change.row_json).where(Change.seq > after)):
            fields = field_list().get(table)
            assert row.encode("utf-8")
            if fields is not None:
                values = {name: value for name, value in json.loads(row).items() if name in fields.columns}
                assert fields.fault_of(fields.exported(values)) is None, (table, values)


def assert_sentence(message: str) -> None:
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message), message
    assert message.endswith(("。", "？", "！")), message


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_field_of_every_form(bench: Workbench, services: Services, form: Form) -> None:
    model = form.open(bench, form.make(services))
    fields = sorted(set(text_fields(form, form.newest(model)[0])) - LINKS)

    @FEW
    @given(st.sampled_from(fields), nonsense)
    def one(field: str, words: str) -> None:
        try_it(form, model, services, field, words)

    one()


def try_it(form: Form, model: Any, services: Services, field: str, words: str) -> None:
    before, seq = form.newest(model), newest_change(services)
    draft = form.typed(before[0], field, words)
    faults = form.check(model, draft)
    for fault in faults:
        assert_sentence(fault.message)
    form.type_in(model, words, field)
    model.keeper.keep_now()
    assert model.bench.tasks.failures == [], "what is typed is kept, whatever it is"
    if is_refused_at_a_field(lambda: form.store(model, draft)):
        assert form.newest(model) == before
        assert newest_change(services) == seq
    else:
        refuse_unsound(services, seq)
        form.newest(model)


def is_refused_at_a_field(act: Callable[[], object]) -> bool:
    """Do it; say whether it was refused, which must be in a sentence that belongs to a field."""
    try:
        act()
    except ValidationError as refused:
        assert_sentence(refused.message)
        return bool(refused.field) or pytest.fail(f"no field: {refused.code}")
    return False


@FEW
@given(field=st.sampled_from(["signed_on", "valid_from", "valid_to", "signer_note"]), words=nonsense)
def test_the_record_of_a_signed_paper(services: Services, field: str, words: str) -> None:
    people = services.people.rows(PeopleQuery(limit=1)).rows
    person_id = people[0].id if people else factories.client(services)
    paper = SignedPaper(**{**vars(factories.paper(person_id)), field: words})
    seq = newest_change(services)
    if is_refused_at_a_field(lambda: services.consents.sign(paper)):
        assert newest_change(services) == seq
    refuse_unsound(services, seq)


@FEW
@given(field=st.sampled_from(["valid_from", "valid_to", "price_text", "reward_text", "payment_text"]), words=nonsense)
def test_what_is_chosen_for_a_paper(services: Services, field: str, words: str) -> None:
    people = services.people.rows(PeopleQuery(limit=1)).rows
    person_id = people[0].id if people else factories.served(services)
    kind = "guardian_reward" if field in ("reward_text", "payment_text") else "agreement"
    is_refused_at_a_field(lambda: services.documents.prepare(person_id, kind, PaperChoices(**{field: words})))


def test_reasons(services: Services) -> None:
    person_id = factories.served(services)
    for words in ODD:
        visit_id = services.visits.record(factories.visit(person_id, services.actor.user_id))
        seq = newest_change(services)
        if is_refused_at_a_field(partial(services.removals.remove_visit, visit_id, words)):
            assert newest_change(services) == seq
        else:
            assert services.removals.rows()[0].reason
