"""How the states of a client look: tone and icon for a code; the words come from the code lists."""

from __future__ import annotations

from datetime import date

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.people import PersonRow

_STANDINGS = {
    "in_force": ("ok", "check"),
    "expiring": ("warn", "clock"),
    "expired": ("bad", "circle-alert"),
    "missing": ("bad", "file-x"),
    "printed": ("info", "printer"),
    "withdrawn": ("off", "ban"),
}
_STATES = {"in_service": ("ok", "check"), "suspended": ("warn", "clock"), "closed": ("off", "archive")}

Look = tuple[str, str, str]  # words, tone, icon


def standing_look(codes: Codes, standing: str) -> Look:
    """Return how a consent or agreement looks."""
    tone, icon = _STANDINGS.get(standing, ("off", ""))
    return codes.label("standing", standing), tone, icon


def state_look(codes: Codes, row: PersonRow) -> Look:
    """Return how the state of the case looks; an unfinished file is a draft."""
    if row.is_draft:
        return tr("草稿"), "off", "save"
    tone, icon = _STATES.get(row.state, ("info", ""))
    return codes.label("episode_state", row.state), tone, icon


def visit_look(row: PersonRow, today: date) -> Look:
    """Return the word on visits: overdue as a pill, a date to come or the last one as plain words (tone "")."""
    if row.is_visit_overdue:
        late = (today - row.next_visit_on).days if row.next_visit_on else 0
        return (tr("超期 {n} 天", n=late) if late > 0 else tr("本季度不足")), "bad", "circle-alert"
    if row.next_visit_on is not None:
        return tr("下次 {day}", day=day_text(row.next_visit_on, today)), "", ""
    if row.last_visit_on is not None:
        return tr("上次 {day}", day=day_text(row.last_visit_on, today)), "", ""
    return "—", "", ""


def day_text(day: date, today: date) -> str:
    """Return a day as month and day, with the year when it is another year."""
    return f"{day:%m-%d}" if day.year == today.year else day.isoformat()


def sex_and_age(codes: Codes, row: PersonRow) -> str:
    """Return "男 · 43 岁", as much of it as is known."""
    age = tr("{n} 岁", n=row.age) if row.age is not None else ""
    return " · ".join(part for part in (codes.label("sex", row.sex), age) if part) or "—"
