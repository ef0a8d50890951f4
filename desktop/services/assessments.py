"""Assessments (评估) in words; they are not entered here yet, only taken over from earlier years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.i18n import tr
from desktop.services import codes

if TYPE_CHECKING:
    from desktop.models.assessments import Assessment


def title_of(assessment: Assessment) -> str:
    """Return the instrument and its version."""
    label = codes.label_of("instrument", assessment.instrument)
    version = assessment.instrument_version
    return tr("{instrument}（{version}）", instrument=label, version=version) if version else label


def points(score: float | None) -> str:
    """Return a score as it is written: 12, or 12.5."""
    return "" if score is None else f"{score:g}"


def summary(assessment: Assessment) -> str:
    """Return total, sub-scores and reading in one line."""
    parts = (f"{name} {value:g}" for name, value in _numbers(assessment.subscores))
    total = tr("总分 {n}", n=points(assessment.total)) if assessment.total is not None else ""
    return tr("；").join(word for word in (total, *parts, assessment.band, assessment.note) if word)


def _numbers(subscores: dict[str, object] | None) -> list[tuple[str, float]]:
    return [(name, value) for name, value in (subscores or {}).items() if isinstance(value, int | float)]
