"""The lists of the institution file: what each column says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from desktop.domain.institution import Entry, hours_of, price_words, read_fen, read_number
from desktop.i18n import tr
from desktop.services.codes import Codes, rules
from desktop.ui.institution.viewmodel import InstitutionModel
from desktop.ui.kit.cells import pill_cell, two_line_cell
from desktop.ui.kit.records import Column

_STATE_TONES = {"open": "warn", "mended": "info", "passed": "ok", "failed": "bad"}
Look = tuple[str, str, str]


def columns_of(kind: str, model: InstitutionModel) -> tuple[Column, ...]:
    """Return the columns of one kind of entry."""
    codes, today = model.bench.services.codes, model.bench.today()
    made: Mapping[str, Callable[[], tuple[Column, ...]]] = {
        "price": lambda: _prices(today),
        "plan": _plans,
        "drill": _drills,
        "insurance": lambda: _insurances(codes, today),
        "contract": lambda: _contracts(today),
        "contract_line": lambda: _lines(model),
        "inspection": lambda: _inspections(model),
        "finding": lambda: _findings(codes, today),
        "staff_training": lambda: _staff_trainings(model),
    }
    return made[kind]()


def _plain(title: str, name: str, width: int = 0, hide_below: int = 0) -> Column:
    return Column(title, width, lambda entry: entry.value(name) or "—", hide_below=hide_below)


def _two_lines(title: str, main: str, below: Callable[[Entry], str]) -> Column:
    def texts(entry: Entry) -> tuple[str, str]:
        return entry.value(main), below(entry)

    return Column(title, 0, lambda entry: entry.value(main), two_line_cell(texts))


def _pill(title: str, width: int, look: Callable[[Entry], Look]) -> Column:
    return Column(title, width, lambda entry: look(entry)[0], pill_cell(look))


def _term(entry: Entry) -> str:
    first, last = entry.value("from_on"), entry.value("to_on")
    if first and not last:
        return tr("{day} 起", day=first)
    return tr("{first} 至 {last}", first=first or "…", last=last) if last else "—"


def _running(entry: Entry, today: date) -> Look:
    """Say whether a term runs."""
    first, last = entry.day("from_on"), entry.day("to_on")
    if last is not None and last < today:
        return tr("已结束"), "off", ""
    if first is not None and first > today:
        return tr("未开始"), "info", ""
    return tr("现行"), "ok", ""


def _prices(today: date) -> tuple[Column, ...]:
    def words(entry: Entry) -> str:
        return price_words(read_fen(entry.value("price_fen")) or 0, entry.value("unit"))

    return (
        _two_lines(tr("服务项目"), "service", lambda entry: entry.value("basis")),
        Column(tr("个人付费"), 130, words),
        Column(tr("执行时间"), 200, _term),
        _pill(tr("状态"), 84, lambda entry: _running(entry, today)),
    )


def _plans() -> tuple[Column, ...]:
    return (
        _two_lines(tr("版本"), "plan_version", lambda entry: entry.value("summary")),
        _plain(tr("批准日期"), "approved_on", 116),
        _plain(tr("批准人"), "approved_by", 110),
    )


def _drills() -> tuple[Column, ...]:
    return (
        _two_lines(tr("演练内容"), "topic", lambda entry: entry.value("problems")),
        _plain(tr("日期"), "held_on", 116),
        _plain(tr("参加人数"), "participants", 90),
    )


def _insurances(codes: Codes, today: date) -> tuple[Column, ...]:
    def kind(entry: Entry) -> tuple[str, str]:
        parts = (entry.value("insurer"), entry.value("policy_no"))
        return codes.label("station_insurance", entry.value("kind")), " · ".join(part for part in parts if part)

    return (
        Column(tr("险种"), 0, lambda entry: kind(entry)[0], two_line_cell(kind)),
        Column(tr("保险期间"), 200, _term),
        _pill(tr("状态"), 84, lambda entry: _running(entry, today)),
    )


def _contracts(today: date) -> tuple[Column, ...]:
    def amount(entry: Entry) -> str:
        return tr("{yuan} 元", yuan=entry.value("amount_fen")) if entry.value("amount_fen") else "—"

    return (
        _two_lines(tr("购买方"), "buyer", lambda entry: entry.value("number")),
        Column(tr("合同期"), 200, _term),
        Column(tr("金额"), 110, amount),
        _pill(tr("状态"), 84, lambda entry: _running(entry, today)),
    )


def _lines(model: InstitutionModel) -> tuple[Column, ...]:
    measure = model.bench.services.codes

    def contracted(entry: Entry) -> str:
        return " ".join(part for part in (entry.value("quantity"), entry.value("unit")) if part)

    def delivered(entry: Entry) -> Look:
        number, wanted = model.delivered.get(entry.id), read_number(entry.value("quantity")) or 0
        if number is None:
            return "", "off", ""
        words = tr("{n}（{share}%）", n=number, share=number * 100 // wanted) if wanted else str(number)
        return words, "ok" if number >= wanted else "info", ""

    return (
        _two_lines(
            tr("约定的服务"), "service", lambda entry: measure.label("contract_measure", entry.value("measure"))
        ),
        Column(tr("约定"), 110, contracted),
        _pill(tr("已完成"), 140, delivered),
    )


def _inspections(model: InstitutionModel) -> tuple[Column, ...]:
    def open_findings(entry: Entry) -> Look:
        mine = [row for row in model.rows["finding"] if row.value("visit_id") == entry.id]
        left = sum(row.value("state") != "passed" for row in mine)
        return (tr("{n} 项未完", n=left), "warn", "") if left else (tr("已清") if mine else tr("无问题"), "ok", "")

    return (
        _two_lines(tr("检查单位"), "authority", lambda entry: entry.value("topic")),
        _plain(tr("日期"), "visited_on", 116),
        _plain(tr("检查人员"), "inspectors", 130),
        _pill(tr("整改"), 100, open_findings),
    )


def _findings(codes: Codes, today: date) -> tuple[Column, ...]:
    def state(entry: Entry) -> Look:
        code, due_on = entry.value("state"), entry.day("due_on")
        is_late = code != "passed" and due_on is not None and due_on < today
        return codes.label("finding_state", code), "bad" if is_late else _STATE_TONES.get(code, "off"), ""

    return (
        _two_lines(tr("发现的问题"), "finding", lambda entry: entry.value("rectification").replace("\n", " ")),
        _plain(tr("整改期限"), "due_on", 116),
        _pill(tr("整改情况"), 130, state),
    )


def _staff_trainings(model: InstitutionModel) -> tuple[Column, ...]:
    """The column at the right compares the hours of that person and year with what the policy asks for."""
    wanted = rules("staff")["training_hours_year"]

    def in_year(entry: Entry) -> Look:
        day = entry.day("held_on")
        if day is None:
            return "", "off", ""
        hours = hours_of(model.rows["staff_training"], entry.value("staff"), day.year)
        words = tr("{year} 年 {hours} 学时", year=day.year, hours=f"{hours:g}")
        return words, "ok" if hours >= wanted else "warn", ""

    return (
        _two_lines(tr("姓名和内容"), "staff", lambda entry: entry.value("topic")),
        _plain(tr("日期"), "held_on", 116),
        _plain(tr("学时"), "hours", 64),
        _pill(tr("全年合计"), 150, in_year),
    )
