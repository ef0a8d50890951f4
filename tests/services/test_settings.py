"""Settings: declared once, checked, kept where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.errors import NotAllowed, ValidationError
from desktop.services import keys
from desktop.services.catalogue import Services
from desktop.services.clock import Clock
from desktop.services.settings import declared, value_in


def test_every_declared_default_is_allowed_and_shown() -> None:
    assert len(declared()) > 10
    for entry in declared().values():
        assert entry.checked(entry.default) == entry.default
        assert entry.label
        assert len(entry.choices) == len(entry.choice_labels)


def test_station_setting_is_kept_audited_and_read_by_the_rules(services: Services) -> None:
    assert services.settings.value("papers.consent_months") == 12
    services.settings.change("papers.consent_months", 6)
    services.settings.change("papers.consent_months", 7)
    assert services.settings.value("papers.consent_months") == 7
    with services.desk.work.read() as db:
        assert value_in(db, "papers.consent_months") == 7
        assert value_in(db, "papers.agreement_months") == 12
    newest = services.audit.rows()[0]
    assert (newest.act, newest.detail["key"], newest.detail["value"]) == ("settings.change", "papers.consent_months", 7)


def test_setting_of_this_pc_stays_out_of_the_database(services: Services, folder: Path) -> None:
    entries = len(services.audit.rows())
    services.settings.change("appearance.theme", "dark")
    assert services.settings.value("appearance.theme") == "dark"
    assert (folder / "machine.toml").read_text(encoding="utf-8") == '"appearance.theme" = "dark"\n'
    assert len(services.audit.rows()) == entries


def test_rows_show_labels_groups_and_what_was_changed(services: Services) -> None:
    services.settings.change("lock.idle_minutes", 5)
    services.settings.change("appearance.letters", "1.3")
    rows = {row.key: row for row in services.settings.rows()}
    assert rows.keys() == declared().keys()
    assert (rows["lock.idle_minutes"].value, rows["lock.idle_minutes"].default) == (5, 10)
    assert rows["appearance.letters"].value == "1.3"
    assert all(row.label and row.group for row in rows.values())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("lock.idle_minutes", 1),
        ("lock.idle_minutes", 31),
        ("lock.idle_minutes", True),
        ("lock.idle_minutes", "10"),
        ("appearance.theme", "pink"),
        ("printing.printer", "a\nb"),
        ("printing.printer", "x" * 300),
        ("no.such", 1),
    ],
)
def test_value_that_will_not_do_is_refused_in_words(services: Services, key: str, value: object) -> None:
    before = services.settings.rows()
    with pytest.raises(ValidationError) as caught:
        services.settings.change(key, value)
    assert caught.value.field == key
    assert services.settings.rows() == before


def test_everybody_sets_this_pc_but_only_some_the_station(services: Services, folder: Path, clock: Clock) -> None:
    services.users.add(keys.AccountDraft("worker", "陈一帆", "worker", "春眠不觉晓处处闻啼鸟"))
    services.close()
    worker = keys.unlock(folder, "worker", "春眠不觉晓处处闻啼鸟", clock)
    worker.settings.change("appearance.theme", "dark")
    with pytest.raises(NotAllowed):
        worker.settings.change("papers.warn_days", 20)
    assert worker.settings.value("papers.warn_days") == 30
    worker.close()
