"""The institution file: prices that follow each other, contracts counted, findings with their days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop import resources
from desktop.domain.institution import KINDS
from desktop.errors import ValidationError
from desktop.models import Base
from desktop.services.catalogue import Services
from desktop.services.fiction import keep_institution
from desktop.services.institution import Entry, due_findings, price_lines
from desktop.sync.fields import RECORD
from tests import factories
from tests.conftest import DAY


def price(from_on: str, yuan: str = "10", **more: str) -> Entry:
    return Entry("price", {"service": "日间训练", "unit": "次", "price_fen": yuan, "from_on": from_on, **more})


def terms(services: Services) -> list[tuple[str, str, str]]:
    return [
        (row.value("price_fen"), row.value("from_on"), row.value("to_on")) for row in services.institution.rows("price")
    ]


def test_a_new_price_ends_the_one_before_and_the_history_stays(services: Services) -> None:
    services.institution.record(price("2024-01-01", "20"))
    services.institution.record(price("2026-01-01", "免费"))
    services.institution.record(replace(price("2026-01-01"), values={**price("2026-01-01").values, "unit": "月"}))
    assert terms(services) == [("10", "2026-01-01", ""), ("0", "2026-01-01", ""), ("20", "2024-01-01", "2025-12-31")]
    with services.desk.work.read() as db:
        held = {
            day: [one.price_fen for one in price_lines(db, date.fromisoformat(day))]
            for day in ("2025-12-31", "2026-01-01")
        }
    assert held == {"2025-12-31": [2000], "2026-01-01": [0, 1000]}


def test_a_price_before_another_one_needs_its_end(services: Services) -> None:
    services.institution.record(price("2026-01-01"))
    with pytest.raises(ValidationError) as caught:
        services.institution.record(price("2025-01-01", "5"))
    assert (caught.value.code, caught.value.field) == ("price_overlap", "from_on")
    services.institution.record(price("2025-01-01", "5", to_on="2025-12-31"))
    assert terms(services) == [("10", "2026-01-01", ""), ("5", "2025-01-01", "2025-12-31")]


def test_a_price_is_corrected_in_place(services: Services) -> None:
    services.institution.record(price("2026-01-01"))
    row = services.institution.rows("price")[0]
    services.institution.record(replace(row, values={**row.values, "price_fen": "12.5", "basis": "虚价〔2026〕1号"}))
    assert terms(services) == [("12.50", "2026-01-01", "")]
    with pytest.raises(ValidationError) as caught:
        services.institution.record(row)
    assert caught.value.code == "stale"


def test_a_plan_takes_its_drills_along_when_it_is_removed(services: Services) -> None:
    institution = services.institution
    plan = institution.record(Entry("plan", {"plan_version": "2026版", "approved_on": "2026-01-05"}))
    institution.record(Entry("drill", {"plan_id": plan, "held_on": "2026-02-01", "topic": "消防疏散"}))
    institution.record(Entry("drill", {"held_on": "2026-03-01", "topic": "走失查找"}))
    assert [row.value("topic") for row in institution.rows("drill")] == ["走失查找", "消防疏散"]
    institution.remove(institution.rows("plan")[0])
    assert institution.rows("plan") == ()
    assert [row.value("topic") for row in institution.rows("drill")] == ["走失查找"]
    assert services.audit.rows()[0].act == "institution.remove"


def test_nothing_hangs_below_what_is_not_there(services: Services) -> None:
    for kind, values in (
        ("finding", {"finding": "灭火器过期", "state": "open"}),
        ("contract_line", {"contract_id": "x", "service": "入户", "quantity": "1"}),
        ("drill", {"plan_id": "x", "held_on": "2026-02-01", "topic": "消防"}),
    ):
        with pytest.raises(ValidationError) as caught:
            services.institution.record(Entry(kind, values))
        assert caught.value.code == "no_such_owner"
        assert services.institution.rows(kind) == ()


def test_contracted_against_delivered(services: Services) -> None:
    person, head = factories.served(services), services.actor.user_id
    for days in (9, 5):
        held_on = (DAY - timedelta(days=days)).isoformat()
        services.trainings.record(factories.training(head, factories.line(person), held_on=held_on))
    services.visits.record(factories.visit(person, head))
    institution = services.institution
    contract = institution.record(
        Entry(
            "contract",
            {"buyer": "虚构县民政局", "from_on": "2026-03-24", "to_on": "2026-12-31", "amount_fen": "120000"},
        )
    )
    measures = ("trainings", "attendances", "visits", "people", "")
    ids = {
        measure: institution.record(
            Entry("contract_line", {"contract_id": contract, "service": "服务", "quantity": "4", "measure": measure})
        )
        for measure in measures
    }
    counted = institution.delivered(contract)
    assert {measure: counted.get(ids[measure]) for measure in measures} == {
        "trainings": 1, "attendances": 1, "visits": 1, "people": 1, "": None,
    }  # fmt: skip


def finding(visit: str, **values: str) -> Entry:
    return Entry("finding", {"visit_id": visit, "finding": "灭火器过期", "state": "open", **values})


def test_open_findings_are_due_until_they_passed(services: Services) -> None:
    visit = services.institution.record(Entry("inspection", {"visited_on": "2026-03-01", "authority": "虚构县民政局"}))
    services.institution.record(finding(visit, due_on="2026-03-15"))
    services.institution.record(finding(visit, due_on="2026-03-10"))
    services.institution.record(finding(visit))
    duties = [row for row in services.today.board(DAY).duties if row.kind == "finding"]
    assert [(row.title, row.group, row.due_on, row.action) for row in duties] == [
        ("虚构县民政局", "overdue", date(2026, 3, 10), "institution"),
        ("虚构县民政局", "overdue", date(2026, 3, 15), "institution"),
    ]
    row = next(row for row in services.institution.rows("finding") if row.value("due_on") == "2026-03-10")
    done = {"state": "mended", "mended_on": "2026-03-20"}
    services.institution.record(replace(row, values={**row.values, **done}))
    with services.desk.work.read() as db:
        assert [one.is_mended for one in due_findings(db)] == [True, False], "mended waits for the second look"
    row = services.institution.rows("finding")[1]
    passed = {"state": "passed", "rechecked_on": "2026-03-30"}
    services.institution.record(replace(row, values={**row.values, **passed}))
    with services.desk.work.read() as db:
        assert [one.due_on for one in due_findings(db)] == [date(2026, 3, 15)]


def test_the_notice_prints_what_holds_today_and_refuses_nothing_to_say(services: Services) -> None:
    with pytest.raises(ValidationError) as caught:
        services.documents.prepare_price_notice()
    assert caught.value.code == "no_prices"
    services.institution.record(price("2024-01-01", "20"))
    services.institution.record(price("2026-01-01", "0", basis="虚价〔2026〕1号"))
    paper = services.documents.prepare_price_notice()
    words = str(paper.content["blocks"])
    assert "免费" in words
    assert "20 元" not in words
    assert "0990-5550102" in words, "the telephone of the authority"
    document_id = services.documents.issue(paper)
    assert services.documents.pdf(document_id) == paper.pdf
    assert services.documents.rows()[0].person_id is None


def test_the_history_says_who_changed_what_from_what_to_what(services: Services) -> None:
    draft, revision = services.stations.draft()
    services.stations.amend(replace(draft, manager="王敏", rooms=("multi",)), revision)
    services.institution.record(price("2026-01-01", "12.5"))
    services.institution.remove(services.institution.rows("price")[0])
    told = [(each.record, each.act, each.field, each.before, each.after) for each in services.histories.institution()]
    assert told[0][:2] == ("价格 · 日间训练", "removed")
    assert ("价格 · 日间训练", "added", "个人付费", "", "12.50 元") in told
    assert (f"基本信息 · {draft.name}", "changed", "站点负责人", "林晓岚", "王敏") in told
    rooms = next(each for each in told if each[2] == "功能室" and each[1] == "changed")
    assert rooms[4] == "多功能室"
    assert {each.who for each in services.histories.institution()[:3]} == {services.actor.name}


def test_the_history_has_words_for_every_column() -> None:
    described = resources.table("institution/labels.toml")["tables"]
    for name, words in described.items():
        own = {column.name for column in Base.metadata.tables[name].columns} - set(RECORD)
        assert own - set(words["columns"]) <= {"plan_id", "contract_id", "visit_id"}, name
        assert words["by"] in own


def test_the_practice_station_has_one_of_each_and_is_without_fault(services: Services) -> None:
    keep_institution(services.institution, DAY)
    rows = {kind: services.institution.rows(kind) for kind in KINDS}
    assert all(rows.values())
    assert [row.value("to_on") for row in rows["price"] if row.value("price_fen") == "20"] == ["2025-09-11"]
    assert [
        services.institution.check(row) for kind in KINDS for row in rows[kind] if services.institution.check(row)
    ] == []
