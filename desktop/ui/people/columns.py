"""The columns of the list of clients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.people import PersonRow
from desktop.ui.kit.cells import Paint, person_cell, pill_cell, words_cell
from desktop.ui.kit.painting import draw_pill, draw_text, text_width
from desktop.ui.kit.records import Column
from desktop.ui.kit.theme import px
from desktop.ui.people.looks import day_text, sex_and_age, standing_look, state_look, visit_look

_DATED = ("expiring", "expired")


def people_columns(
    codes: Codes, today: date, name_of: Callable[[PersonRow], str] = lambda row: row.name
) -> tuple[Column, ...]:
    """Return the columns; words come from the code lists, states are pills with a word and a glyph."""

    def person(row: PersonRow) -> tuple[str, str]:
        return name_of(row), row.file_no

    def sex_age(row: PersonRow) -> str:
        return sex_and_age(codes, row)

    def village(row: PersonRow) -> str:
        return row.village or "—"

    def consent_words(row: PersonRow) -> str:
        return _paper_words(codes, row.consent, row.consent_until)

    def agreement_words(row: PersonRow) -> str:
        return _paper_words(codes, row.agreement, row.agreement_until)

    def state(row: PersonRow) -> tuple[str, str, str]:
        return state_look(codes, row)

    def danger(row: PersonRow) -> str:
        return codes.label("danger_level", row.danger) or "—"

    return (
        Column(tr("服务对象"), 0, lambda row: f"{name_of(row)}，{row.file_no}", person_cell(person), sort="name"),
        Column(tr("性别 · 年龄"), 102, sex_age, code="age", sort="age"),
        Column(tr("村（居）"), 116, village, code="village", sort="village"),
        Column(tr("诊断"), 176, lambda row: row.diagnosis or "—", hide_below=1060, code="diagnosis", sort="diagnosis"),
        Column(
            tr("知情同意"), 136, consent_words, _paper_cell(codes, "consent", today), code="consent", sort="consent",
        ),
        Column(
            tr("服务协议"), 136, agreement_words, _paper_cell(codes, "agreement", today), code="agreement",
            sort="agreement",
        ),
        Column(tr("入户"), 120, lambda row: visit_look(row, today)[0], _visit_cell(today), code="visit", sort="visit"),
        Column(tr("状态"), 104, lambda row: state(row)[0], pill_cell(state), code="state", sort="state"),
        Column(tr("危险性"), 84, danger, code="risk", sort="risk"),
        Column(tr("证件号码"), 176, lambda row: row.id_listed or "—", code="id_no"),
        Column(tr("电话"), 116, lambda row: row.phone_masked or "—", code="phone"),
    )  # fmt: skip


def _paper_words(codes: Codes, standing: str, until: date | None) -> str:
    words = codes.label("standing", standing)
    return tr("{state}，到 {day}", state=words, day=until.isoformat()) if until else words


def _paper_cell(codes: Codes, name: str, today: date) -> Paint:
    """The state of a paper as a pill, with the day where it matters and there is room."""

    def paint(painter: QPainter, rect: QRectF, row: PersonRow) -> None:
        standing: str = getattr(row, name)
        until: date | None = getattr(row, f"{name}_until")
        width = draw_pill(painter, rect.x(), rect.center().y(), *standing_look(codes, standing))
        beside = rect.adjusted(width + px(6), 0, px(6), 0)
        day = day_text(until, today) if until is not None and standing in _DATED else ""
        if day and text_width(day, 12) <= beside.width():
            draw_text(painter, beside, day, 12, 400, "text3")

    return paint


def _visit_cell(today: date) -> Paint:
    """Late visits as a pill, all else in plain words."""
    plain = words_cell(lambda row: visit_look(row, today)[0])

    def paint(painter: QPainter, rect: QRectF, row: PersonRow) -> None:
        words, tone, icon = visit_look(row, today)
        if tone:
            draw_pill(painter, rect.x(), rect.center().y(), words, tone, icon)
        else:
            plain(painter, rect, row)

    return paint
