"""Every form keeps itself, comes back after a crash, and never lets the last one win; none is forgotten."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import desktop.ui
from desktop.domain.versions import Comparison
from desktop.services.catalogue import Services
from desktop.services.consents import SignedPaper
from desktop.services.documents import PaperChoices
from desktop.services.today import DutyRow
from desktop.ui.benefits.viewmodel import RewardPaperViewModel
from desktop.ui.consents.viewmodel import GridViewModel, PaperForm, PaperViewModel
from desktop.ui.kit.recording import RecordModel
from desktop.ui.kit.tasks import SyncTasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.privacy.viewmodel import RequestFormViewModel
from desktop.ui.shell.areas import AREAS
from desktop.ui.today.viewmodel import route_of
from tests import factories
from tests.conftest import DAY
from tests.ui.forms import FORMS, Form

UI = Path(desktop.ui.__file__).parent
# Modules that bind controls to a form: either the form is gone through in here, or this is why it needs no draft.
WITH_FORMS = {
    "benefits/paper.py": "a paper: test_papers_begun_come_back",
    "consents/making.py": "a paper: test_papers_begun_come_back",
    "consents/signing.py": "a paper: test_papers_begun_come_back",
    "institution/panel.py": "institution.*",
    "institution/station_form.py": "station",
    "kit/recordform.py": "benefit, survey, training, visit",
    "people/form.py": "person",
    "scans/form.py": "papers taken in: tests/ui/scans",
    "settings/account_form.py": "holds a password, which is never kept",
    "settings/users_tab.py": "holds a password, which is never kept",
    "shell/recovery.py": "holds a password, which is never kept",
}
# Forms of what is written down once and never changed: there is nothing to compare.
WRITTEN_ONCE = {"RequestFormViewModel"}
THEIRS, MINE = "他写的", "我写的"

every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


@pytest.fixture
def bench(qapp: object, services: Services) -> Workbench:
    return Workbench(services, SyncTasks())


def classes(path: Path) -> set[str]:
    """Return the classes of a module whose base is RecordModel."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef)]
    return {node.name for node in nodes if any("RecordModel" in ast.unparse(base) for base in node.bases)}


def test_no_form_is_forgotten() -> None:
    known = {form.model.__name__ for form in FORMS}
    found = set().union(*(classes(path) for path in UI.rglob("*.py") if path.name != "recordform.py"))
    assert found - {RecordModel.__name__} == known - {"PersonFormViewModel"} | WRITTEN_ONCE
    bound = {path for path in UI.rglob("*.py") if "FormBinding(" in path.read_text(encoding="utf-8")}
    names = {path.relative_to(UI).as_posix() for path in bound} - {"kit/form.py"}
    assert names == set(WITH_FORMS), "a new form needs its draft and its comparison, or a reason why not"


@every_form
def test_what_was_typed_comes_back_after_a_crash(bench: Workbench, services: Services, form: Form) -> None:
    ids = form.make(services)
    first = form.open(bench, ids)
    form.type_in(first, MINE)
    first.keeper.keep_now()
    later = form.open(Workbench(services, SyncTasks()), ids)
    assert form.value(form.of(later)) == MINE
    form.save(later)
    assert form.value(form.newest(later)[0]) == MINE
    assert services.drafts.rows() == (), "a form that is done is forgotten"


@every_form
def test_an_unfinished_form_is_offered_on_the_board(bench: Workbench, services: Services, form: Form) -> None:
    model = form.open(bench, form.make(services))
    form.type_in(model, MINE)
    model.keeper.keep_now()
    (duty,) = offered(services)
    assert route_of(duty)[0] in AREAS
    assert duty.title


def offered(services: Services) -> list[DutyRow]:
    return [duty for duty in services.today.board(DAY).duties if duty.area]


@every_form
def test_the_same_field_changed_by_two_waits_for_a_person(bench: Workbench, services: Services, form: Form) -> None:
    model = form.open(bench, form.make(services))
    asked: list[Comparison] = []
    model.clashed.connect(asked.append)
    form.change_elsewhere(model, THEIRS)
    form.type_in(model, MINE)
    form.save(model)
    assert form.value(form.newest(model)[0]) == THEIRS, "nothing is overwritten unasked"
    ((clash,),) = [each.clashes for each in asked]
    assert (clash.theirs, clash.mine) == (THEIRS, MINE)
    assert clash.label != clash.name
    assert asked[0].who == services.actor.name
    model.settle({clash.name})
    form.save(model)
    assert form.value(form.newest(model)[0]) == MINE


@every_form
def test_a_form_left_by_a_crash_is_compared_with_what_was_saved_since(
    bench: Workbench, services: Services, form: Form
) -> None:
    ids = form.make(services)
    first = form.open(bench, ids)
    form.type_in(first, MINE)
    first.keeper.keep_now()
    form.change_elsewhere(first, THEIRS)
    later_bench = Workbench(services, SyncTasks())
    later = form.open(later_bench, ids)
    # the question came while the form opened, before anybody could listen: what is asked stands in the meeting
    assert later.meeting.comparison is not None
    assert form.value(form.newest(later)[0]) == THEIRS
    later.settle(frozenset())
    assert form.value(form.of(later)) == THEIRS


def test_a_request_begun_comes_back(bench: Workbench, services: Services) -> None:
    person_id = factories.client(services)
    first = RequestFormViewModel(bench)
    first.open(person_id, "access")
    first.touch(replace(first.base, words="想知道谁看过档案"))
    first.keeper.keep_now()
    (duty,) = offered(services)
    route, params = route_of(duty)
    assert (route, params) == ("privacy_request", {"person_id": person_id})
    later = RequestFormViewModel(bench)
    later.open(person_id, "")
    assert (later.base.kind, later.base.words) == ("access", "想知道谁看过档案")


def test_papers_begun_come_back(bench: Workbench, services: Services) -> None:
    person_id = factories.client(services)
    first = PaperViewModel(bench)
    first.open(person_id, "agreement")
    begun = PaperForm(
        PaperChoices(price_text="每次 10 元", scopes=factories.scopes("ab")),
        SignedPaper(person_id, "agreement", "2026-03-05", signer_note="捺印"),
    )
    first.touch(begun)
    first.keeper.keep_now()
    (duty,) = offered(services)
    assert route_of(duty) == ("consent", {"person_id": person_id, "kind": "agreement"})
    later, found = PaperViewModel(bench), []
    later.resumed.connect(found.append)
    later.open(person_id, "agreement")
    assert found == [begun]


def test_a_reward_agreement_begun_comes_back(bench: Workbench, services: Services) -> None:
    person_id = factories.served(services)
    first = RewardPaperViewModel(bench)
    first.open(person_id)
    first.touch(PaperChoices(reward_text="每年 2400 元"))
    first._pause.stop()  # nobody waits for the paper here
    first.keeper.keep_now()
    (duty,) = offered(services)
    assert route_of(duty) == ("guardian_reward", {"person_id": person_id})
    later, found = RewardPaperViewModel(bench), []
    later.resumed.connect(found.append)
    later.open(person_id)
    assert found == [PaperChoices(reward_text="每年 2400 元")]


def test_the_grid_of_older_papers_comes_back(bench: Workbench, services: Services) -> None:
    person_id = factories.client(services)
    first = GridViewModel(bench)
    first.open()
    first.touch({person_id: ["2026-03-05", "", "", "1", ""], "another": []})
    first.keeper.keep_now()
    (duty,) = offered(services)
    assert route_of(duty)[0] == "paper_grid"
    later, found = GridViewModel(bench), []
    later.resumed.connect(found.append)
    later.open()
    assert found == [{person_id: ["2026-03-05", "", "", "1", ""]}]
