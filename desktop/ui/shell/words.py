"""Words the windows of the shell share: days, greetings, roles."""

from __future__ import annotations

from datetime import date

from desktop import resources
from desktop.i18n import tr

_NOON, _AFTERNOON, _EVENING = 11, 13, 18
_NIGHT_ENDS = 5


def day_words(day: date) -> str:
    """Return a day as it is said: 11 月 23 日 星期一."""
    weekday = tr("一二三四五六日")[day.weekday()]
    return tr("{month} 月 {day} 日 星期{weekday}", month=day.month, day=day.day, weekday=weekday)


def greeting(hour: int) -> str:
    """Return the greeting of the login window."""
    if _NIGHT_ENDS <= hour < _NOON:
        return tr("早上好，请选择您是谁")
    if _NOON <= hour < _AFTERNOON:
        return tr("中午好，请选择您是谁")
    if _AFTERNOON <= hour < _EVENING:
        return tr("下午好，请选择您是谁")
    return tr("晚上好，请选择您是谁")


def choices(table: str) -> list[tuple[str, str]]:
    """Return a code list for a choice field, before anybody logged in."""
    return [(entry["code"], tr(entry["label"])) for entry in resources.table(f"codes/{table}.toml")["choices"]]


def role_words(role: str) -> str:
    """Return the word for a role."""
    return dict(choices("role")).get(role, role)
