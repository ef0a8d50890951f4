"""Training of the staff in earlier years."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.errors import ValidationError
from desktop.services.catalogue import Services
from tests.services.imported.conftest import Take, errors

HEAD = ("序号", "姓名", "培训时间", "学时", "培训内容", "培训类型", "主办单位", "证书编号")


def told(services: Services) -> list[tuple[str, ...]]:
    names = ("staff", "held_on", "hours", "topic", "kind", "organiser", "certificate")
    return [tuple(entry.value(name) for name in names) for entry in services.institution.rows("staff_training")]


def test_trainings_stand_in_the_institution_file(services: Services, take: Take) -> None:
    rows = (
        (1, "林晓岚", date(2025, 6, 3), 8, "需求评估", "集中培训", "虚构县民政局", "虚1号"),
        (2, "陈一帆", "2025年7月", "4课时", "督导", "督导", "", ""),
        (3, "陈一帆", "2025.7.1", "4课时", "督导", "督导", "", ""),
    )  # fmt: skip
    result = take("staff_training", HEAD, *rows)
    assert (result.imported, errors(result)) == (2, [(3, "培训时间", "date_unreadable")])
    assert told(services) == [
        ("陈一帆", "2025-07-01", "4", "督导", "supervision", "", ""),
        ("林晓岚", "2025-06-03", "8", "需求评估", "course", "虚构县民政局", "虚1号"),
    ]
    again = take("staff_training", HEAD, *rows)
    assert (again.unchanged, again.batch_id) == (2, None)
    assert services.imports.undo(result.batch_id) == 2
    assert told(services) == []


def test_what_the_form_would_refuse_is_refused(services: Services, take: Take) -> None:
    result = take(
        "staff_training", HEAD, (1, "林晓岚", "2027-01-01", 8, "需求评估", "", "", ""),
        (2, "林晓岚", "1999-01-01", 8, "需求评估", "", "", ""),
        (3, "林晓岚", "2025-01-01", "半天", "需求评估", "", "", ""),
        (4, "林晓岚", "2025-01-01", 8, "", "", "", ""),
    )  # fmt: skip
    assert [(row, code) for row, _, code in errors(result)] == [
        (2, "future"), (3, "date_too_early"), (4, "hours_shape"), (5, "needed_missing"),
    ]  # fmt: skip
    assert told(services) == []


def test_an_undo_names_who_was_trained(services: Services, take: Take) -> None:
    batch = take("staff_training", HEAD, (1, "林晓岚", "2025-06-03", 8, "需求评估", "", "", "")).batch_id
    entry = services.institution.rows("staff_training")[0]
    services.institution.record(type(entry)(entry.kind, {**entry.values, "hours": "6"}, entry.id, entry.revision))
    with pytest.raises(ValidationError, match="林晓岚"):
        services.imports.undo(batch)
