"""What each screen is opened with: a client, and for the paper about a request the request."""

from __future__ import annotations

from typing import Any

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.services.privacy import RequestDraft
from tests.conftest import DAY

NEEDS_PERSON = frozenset(
    ("person", "consent", "visit", "scan", "benefit", "guardian_reward", "file_parts", "file_paper", "privacy",
     "privacy_paper", "privacy_request", "erasure")
)  # fmt: skip


def params_of(services: Services, route: str) -> dict[str, Any]:
    """Return what to open a screen with, about the first client on file."""
    if route not in NEEDS_PERSON:
        return {}
    person_id = services.people.rows(PeopleQuery(limit=1)).rows[0].id
    return {"person_id": person_id, **(_asked(services, person_id) if route == "privacy_paper" else {})}


def _asked(services: Services, person_id: str) -> dict[str, str]:
    draft = RequestDraft(person_id, "access", DAY.isoformat(), "", "self", "id_card", "原话")
    return {"request_id": services.privacy.ask(draft), "kind": "privacy_access"}
