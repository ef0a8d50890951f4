"""How requests look in lists: words, tones, icons."""

from __future__ import annotations

from desktop.domain.privacy import SELF
from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.privacy import RequestRow
from desktop.ui.kit.cells import action_cell, icon_cell, pill_cell, two_line_cell
from desktop.ui.kit.records import Column

_ICONS = {"access": "eye", "correct": "pencil", "restrict": "lock", "erase": "trash-2"}
_STATES = {"done": ("ok", "check"), "refused": ("off", "ban")}
_SOON = 3  # days


def due_look(codes: Codes, row: RequestRow) -> tuple[str, str, str]:
    """Return words, tone and icon of how a request stands, or how many days are left."""
    if row.days_left is None:
        return codes.label("privacy_state", row.state), *_STATES.get(row.state, ("info", ""))
    if row.days_left < 0:
        return tr("超期 {n} 天", n=-row.days_left), "bad", "circle-alert"
    tone = "warn" if row.days_left <= _SOON else "info"
    return tr("还有 {n} 天", n=row.days_left), tone, "clock"


def request_columns(codes: Codes, has_person: bool, may_record: bool) -> tuple[Column, ...]:
    """Return the columns of a list of requests."""

    def what(row: RequestRow) -> tuple[str, str, str, str]:
        kind = codes.label("privacy_kind", row.kind)
        below = f"{row.name} · {row.file_no}" if has_person else row.words or row.answer
        return _ICONS.get(row.kind, "info"), "soft", kind, below

    def who(row: RequestRow) -> tuple[str, str]:
        is_self = row.relation == SELF
        return row.asked_by or "—", "" if is_self else codes.label("privacy_relation", row.relation)

    def when(row: RequestRow) -> tuple[str, str]:
        ended = row.answered_on or row.due_on
        words = tr("{day} 答复", day=row.answered_on) if row.answered_on else tr("{day} 前答复", day=ended)
        return row.asked_on.isoformat(), words if ended else ""

    def action(row: RequestRow) -> str:
        if not may_record:
            return ""
        return tr("办理") if row.state == "open" else tr("答复书")

    return (
        Column(tr("请求"), 0, lambda row: "，".join(what(row)[2:]), icon_cell(what)),
        Column(tr("请求人"), 150, lambda row: "，".join(who(row)), two_line_cell(who)),
        Column(tr("提出日期"), 160, lambda row: "，".join(when(row)), two_line_cell(when), hide_below=760),
        Column(tr("状态"), 130, lambda row: due_look(codes, row)[0], pill_cell(lambda row: due_look(codes, row))),
        Column("", 104, action, action_cell(lambda row: (action(row), "")), action=action),
    )
