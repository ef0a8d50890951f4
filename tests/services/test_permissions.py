"""Every public method of every service, called as every role: allowed or refused exactly as the tables say.

`NEEDED` is written by hand, so that neither a method that forgets to ask nor one that asks for too little goes through.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from desktop import resources
from desktop.domain.permissions import Actor, permissions_of
from desktop.errors import NotAllowed
from desktop.services.catalogue import Services

ACTIONS: dict[str, list[str]] = resources.table("permissions/roles.toml")["actions"]
ROLES = ["head", "worker", "nurse", "clerk", "inspector", "admin", "operator"]

NEEDED = {
    "audit": {"rows": "audit.read", "check": "audit.read"},
    "backups": {"make": "backups.make", "make_if_due": "backups.make", "last": "backups.read", "rows": "backups.read"},
    "benefits": {
        "of": "benefits.read",
        "claims": "benefits.read",
        "draft": "benefits.read",
        "check": "benefits.read",
        "record": "benefits.record",
        "remove": "benefits.record",
    },
    "codes": {"choices": "codes.read", "divisions": "codes.read", "label": "codes.read"},
    "completeness": {
        "of": "people.read",
        "gaps": "people.read",
        "export": "people.export",
        "prepare": "documents.prepare",
    },
    "consents": {
        "standing": "consents.read",
        "may": "consents.read",
        "may_many": "consents.read",
        "suggest_term": "consents.read",
        "check": "consents.read",
        "grid": "consents.read",
        "sign": "consents.sign",
        "sign_many": "consents.sign",
        "withdraw": "consents.withdraw",
        "registered": "consents.read",
        "correct": "consents.correct",
        "take_back": "consents.correct",
    },
    "documents": {
        "kinds": "documents.read",
        "rows": "documents.read",
        "pdf": "documents.read",
        "page_images": "documents.read",
        "prepare": "documents.prepare",
        "prepare_sign_in_sheet": "documents.prepare",
        "prepare_price_notice": "documents.prepare",
        "issue": "documents.issue",
        "printers": "documents.print",
        "print": "documents.print",
        "save": "documents.print",
    },
    "drafts": {"keep": "drafts.use", "find": "drafts.use", "rows": "drafts.use", "discard": "drafts.use"},
    "histories": {
        "institution": "institution.read",
        "person": "people.read",
        "record": "people.read",
        "last": "people.read",
    },
    "imports": {
        "kinds": "imports.read",
        "open": "imports.take",
        "take": "imports.take",
        "batches": "imports.read",
        "undo": "imports.undo",
    },
    "institution": {
        "rows": "institution.read",
        "entry": "institution.read",
        "check": "institution.read",
        "delivered": "institution.read",
        "record": "institution.amend",
        "remove": "institution.amend",
    },
    "integrity": {"check": "integrity.check"},
    "comparisons": {
        "comparisons": "comparisons.read",
        "rows": "comparisons.read",
        "take": "comparisons.take",
        "detail": "comparisons.decide",
        "adopt": "comparisons.decide",
        "list_for_survey": "comparisons.decide",
        "decide": "comparisons.decide",
        "export": "comparisons.export",
        "prepare": "documents.prepare",
    },
    "joins": {
        "pairs": "joins.read",
        "rows": "joins.read",
        "plan": "joins.join",
        "distinguish": "joins.join",
        "reconsider": "joins.join",
        "join": "joins.join",
        "part": "joins.part",
    },
    "people": {
        "rows": "people.read",
        "counts": "people.read",
        "villages": "people.read",
        "prepare": "people.read",
        "card": "people.read",
        "timeline": "people.read",
        "id_of": "people.read",
        "draft": "people.amend",
        "check": "people.read",
        "gaps": "people.read",
        "lookalikes": "people.read",
        "register": "people.register",
        "amend": "people.amend",
        "reveal": "people.reveal",
        "reveal_names": "people.reveal",
        "export": "people.export",
    },
    "privacy": {
        "rows": "privacy.read",
        "of": "privacy.read",
        "check": "privacy.read",
        "archived": "privacy.read",
        "ask": "privacy.record",
        "answer": "privacy.record",
        "prepare_access": "privacy.record",
        "prepare_answer": "privacy.record",
        "restrict": "privacy.restrict",
        "lift": "privacy.restrict",
        "open": "privacy.restrict",
        "erasure_plan": "privacy.erase",
        "erase": "privacy.erase",
        "archive": "privacy.archive",
        "reenter": "privacy.archive",
    },
    "removals": {
        "remove_person": "people.remove",
        "remove_visit": "visits.remove",
        "remove_training": "trainings.remove",
        "remove_scan": "scans.remove",
        "restore": "removals.restore",
        "rows": "removals.read",
    },
    "undoing": {"undo": "undoing.use"},
    "scans": {
        "rows": "scans.read",
        "papers": "scans.read",
        "may_photograph": "scans.read",
        "check": "scans.read",
        "thumbnail": "scans.read",
        "view": "scans.read",
        "take": "scans.add",
        "scanners": "scans.add",
        "scan": "scans.add",
        "newest": "scans.add",
        "picture": "scans.add",
        "size": "scans.add",
        "keep": "scans.add",
        "let_go": "scans.add",
        "amend": "scans.add",
        "mend": "scans.add",
        "print": "scans.print",
        "save": "scans.print",
    },
    "settings": {"rows": "settings.read", "value": "settings.read", "change": "settings.change"},
    "stations": {"draft": "stations.read", "amend": "stations.amend"},
    "surveys": {
        "rows": "surveys.read",
        "sums": "surveys.read",
        "lists": "surveys.read",
        "check": "surveys.read",
        "draft": "surveys.record",
        "record": "surveys.record",
        "contact": "surveys.record",
        "lookalikes": "surveys.record",
        "intake": "surveys.record",
        "link": "surveys.record",
        "remove": "surveys.record",
    },
    "sync": {
        "standing": "sync.read",
        "drives": "sync.read",
        "preview": "sync.read",
        "history": "sync.read",
        "find_receipts": "sync.read",
        "request_enrolment": "sync.enrol",
        "enrol": "sync.enrol",
        "export": "sync.export",
        "write_again": "sync.export",
        "receive": "sync.receive",
    },
    "today": {"board": "today.read"},
    "trainings": {
        "rows": "trainings.read",
        "draft": "trainings.read",
        "blank": "trainings.record",
        "candidates": "trainings.read",
        "check": "trainings.read",
        "record": "trainings.record",
    },
    "users": {"rows": "users.read", "add": "users.add", "change_password": "users.change_password"},
    "views": {"rows": "views.use", "keep": "views.use", "discard": "views.use"},
    "visits": {
        "rows": "visits.read",
        "due": "visits.read",
        "draft": "visits.read",
        "blank": "visits.record",
        "check": "visits.read",
        "record": "visits.record",
    },
}


class Passed(Exception):
    """The permission was asked for and granted; nothing behind it needs to run."""


class Watched(Actor):
    """An actor that stops each action as soon as it was allowed, and says what was asked for."""

    def require(self, permission: str) -> None:
        """Ask as always, and stop where the real work would begin."""
        super().require(permission)
        raise Passed(permission)


def public_methods(service: object) -> Iterator[tuple[str, Callable[..., object]]]:
    """Give what others can call on a service; a static method sees no data and needs no permission."""
    for name, _ in inspect.getmembers(type(service), inspect.isfunction):
        if not name.startswith("_") and not isinstance(inspect.getattr_static(type(service), name), staticmethod):
            yield name, getattr(service, name)


def areas(services: Services) -> dict[str, object]:
    """Return the services by the name of their area."""
    return {name: value for name, value in vars(services).items() if hasattr(value, "_desk")}


def call(services: Services, role: str, area: str, method: str) -> str:
    """Call a method as a role with arguments that mean nothing; return what was granted."""
    actor = Watched("u", "某人", role, permissions_of(role, ACTIONS))
    service = type(areas(services)[area])(replace(services.desk, actor=actor))  # type: ignore[call-arg]
    bound = getattr(service, method)
    nothing = [
        None for parameter in inspect.signature(bound).parameters.values() if parameter.default is parameter.empty
    ]
    try:
        bound(*nothing)
    except Passed as passed:
        return str(passed)
    except NotAllowed:
        return "refused"
    except Exception as early:  # noqa: BLE001 - whatever it is, it came before the question
        return f"did not ask ({early!r})"
    return "did not ask"


def test_every_method_of_every_service_is_in_the_table(services: Services) -> None:
    found = {area: {name for name, _ in public_methods(service)} for area, service in areas(services).items()}
    assert found == {area: set(methods) for area, methods in NEEDED.items()}


@pytest.mark.parametrize("area", NEEDED)
def test_methods_ask_first_and_only_the_roles_of_the_table_pass(services: Services, area: str) -> None:
    wrong = []
    for method, needed in NEEDED[area].items():
        for role in ROLES:
            wanted = needed if role in ACTIONS[needed] else "refused"
            if (found := call(services, role, area, method)) != wanted:
                wrong.append(f"{method} as {role}: {found} instead of {wanted}")
    assert wrong == []


def test_unknown_role_may_do_nothing() -> None:
    assert permissions_of("king", ACTIONS) == frozenset()


def test_table_names_known_roles_only_and_no_action_is_forgotten() -> None:
    assert {role for roles in ACTIONS.values() for role in roles} == set(ROLES)
    used = {permission for methods in NEEDED.values() for permission in methods.values()}
    asked_inside = {"settings.change_station", "assessments.record"}
    of_the_hub = {"hub.read", "hub.enrol", "hub.receive"}
    assert set(ACTIONS) == used | asked_inside | of_the_hub


def test_least_right_holds() -> None:
    """The inspector writes nothing, the administrator sees no client, the county's operator nothing of a station."""
    inspector, admin, operator = (permissions_of(role, ACTIONS) for role in ("inspector", "admin", "operator"))
    changing = ("register", "amend", "sign", "withdraw", "issue", "record", "take", "undo", "export", "add", "enrol")
    assert not [name for name in inspector if name.endswith(changing)]
    assert not [
        name
        for name in admin
        if name.partition(".")[0]
        in ("people", "consents", "visits", "trainings", "documents", "benefits", "surveys", "scans")
    ]
    assert {name.partition(".")[0] for name in operator} <= {"hub", "codes", "settings", "users"}
