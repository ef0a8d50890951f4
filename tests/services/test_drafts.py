"""Unfinished forms."""

from __future__ import annotations

from pathlib import Path

from desktop.services import keys
from desktop.services.catalogue import Services
from desktop.services.clock import Clock
from tests.conftest import LOGIN, PASSWORD


def test_form_is_kept_replaced_found_after_the_lock_and_forgotten(
    services: Services, folder: Path, clock: Clock
) -> None:
    services.drafts.keep("people", "new", "新建", {"name": "㛃"})
    kept = services.drafts.keep("people", "new", "新建：㛃䶮", {"name": "㛃䶮", "guardian": {"name": "甲"}})
    services.close()
    again = keys.unlock(folder, LOGIN, PASSWORD, clock)
    assert again.drafts.find("people", "new") == kept
    assert again.drafts.rows() == (kept,)
    again.drafts.discard("people", "new")
    again.drafts.discard("people", "new")
    assert again.drafts.find("people", "new") is None
    again.close()


def test_newest_form_comes_first(services: Services) -> None:
    services.drafts.keep("people", "1", "一", {})
    services.drafts.keep("visits", "2", "二", {})
    services.drafts.keep("people", "1", "一", {"more": True})
    assert [row.title for row in services.drafts.rows()] == ["一", "二"]


def test_forms_of_others_stay_theirs(services: Services, folder: Path, clock: Clock) -> None:
    services.drafts.keep("people", "new", "站长的", {})
    services.users.add(keys.AccountDraft("worker", "陈一帆", "worker", "春眠不觉晓处处闻啼鸟"))
    services.close()
    worker = keys.unlock(folder, "worker", "春眠不觉晓处处闻啼鸟", clock)
    assert worker.drafts.find("people", "new") is None
    worker.drafts.keep("people", "new", "社工的", {})
    worker.drafts.discard("people", "new")
    worker.close()
    head = keys.unlock(folder, LOGIN, PASSWORD, clock)
    assert [row.title for row in head.drafts.rows()] == ["站长的"]
    head.close()


def test_saving_while_typing_fills_neither_audit_nor_hand_over(services: Services) -> None:
    entries = services.audit.check().entries
    heard: list[frozenset[str]] = []
    services.on_change(heard.append)
    for n in range(5):
        services.drafts.keep("people", "new", "新建", {"n": n})
    services.drafts.discard("people", "new")
    assert services.audit.check().entries == entries
    assert services.integrity.check().counts["change"] == 2
    assert all("draft" in tables for tables in heard)
