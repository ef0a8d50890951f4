"""The board of the day: each duty appears when its reason does, and goes when the work is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from desktop.services.catalogue import Services
from desktop.services.today import DutyRow, TodayBoard
from tests import factories
from tests.conftest import DAY


def of_kind(board: TodayBoard, kind: str) -> list[DutyRow]:
    return [duty for duty in board.duties if duty.kind == kind]


class TestPapers:
    def test_missing_papers_are_duties_until_they_are_signed(self, services: Services) -> None:
        person_id = factories.client(services)
        board = services.today.board(DAY)
        (consent,), (agreement,) = of_kind(board, "consent"), of_kind(board, "agreement")
        assert (consent.group, consent.subject, consent.title, consent.action) == (
            "overdue",
            person_id,
            "张晓东",
            "consent",
        )
        assert (agreement.action, agreement.who) == ("agreement", services.actor.name)
        factories.sign(services, person_id)
        board = services.today.board(DAY)
        assert of_kind(board, "consent") == of_kind(board, "agreement") == []

    @pytest.mark.parametrize(
        ("on", "group"),
        [
            (date(2027, 2, 1), None),
            (date(2027, 3, 1), "later"),
            (date(2027, 3, 15), "week"),
            (date(2027, 3, 20), "today"),
            (date(2027, 3, 21), "overdue"),
        ],
    )
    def test_a_paper_that_runs_out(self, services: Services, on: date, group: str | None) -> None:
        factories.served(services)
        board = factories.on_day(services, on).today.board(on)
        assert [duty.group for duty in of_kind(board, "consent")] == ([group] if group else [])

    def test_settings_decide_how_early(self, services: Services) -> None:
        factories.served(services)
        services.settings.change("papers.warn_days", 60)
        on = date(2027, 2, 1)
        assert len(of_kind(factories.on_day(services, on).today.board(on), "consent")) == 1

    def test_drafts_of_files_ask_for_completion_only(self, services: Services) -> None:
        person_id = factories.client(services, diagnosis_category="", icd_code="")
        board = services.today.board(DAY)
        assert [(duty.kind, duty.action, duty.subject) for duty in board.duties if duty.subject] == [
            ("draft", "person_form", person_id)
        ]


class TestVisits:
    def test_a_visit_is_due_until_it_is_recorded(self, services: Services) -> None:
        person_id, me = factories.served(services), services.actor.user_id
        services.visits.record(factories.visit(person_id, me, visited_on="2026-03-25", next_visit_on="2026-04-03"))
        on = date(2026, 4, 3)
        april = factories.on_day(services, on)
        (duty,) = of_kind(april.today.board(on), "visit")
        assert (duty.group, duty.due_on, duty.action, duty.subject) == ("today", on, "visit", person_id)
        april.visits.record(factories.visit(person_id, me, visited_on="2026-04-03", next_visit_on="2026-05-20"))
        assert of_kind(april.today.board(on), "visit") == []

    def test_who_saw_the_client_last_has_the_duty(self, services: Services) -> None:
        from desktop.services.accounts import AccountDraft

        other = services.users.add(AccountDraft("chenli", "陈立", "worker", "远山含翠水自流一路东去"))
        person_id = factories.served(services)
        services.visits.record(factories.visit(person_id, other, visited_on="2026-03-25", next_visit_on="2026-03-30"))
        (duty,) = of_kind(services.today.board(DAY), "visit")
        assert (duty.who, duty.group) == ("陈立", "overdue")

    def test_who_is_away_asks_for_nothing(self, services: Services) -> None:
        from sqlalchemy import select

        from desktop.models.people import Episode

        factories.client(services)
        with services.desk.work.write("test") as db:
            db.scalars(select(Episode)).one().state = "suspended"
        assert [duty.kind for duty in services.today.board(DAY).duties] == ["backup"]


class TestStation:
    def test_the_first_backup_is_a_duty_until_it_is_made(self, services: Services) -> None:
        board = services.today.board(DAY)
        (duty,) = of_kind(board, "backup")
        assert (duty.group, duty.action, board.backup.is_verified, board.backup.at) == (
            "overdue",
            "backups",
            False,
            None,
        )
        factories.client(services)
        services.backups.make()
        board = services.today.board(DAY)
        assert of_kind(board, "backup") == []
        assert (board.backup.persons, board.backup.is_verified) == (1, True)
        assert "1 人的档案都完整" in board.backup.sentence
        assert board.backup.sentence.startswith("今天")

    def test_an_old_backup_is_a_duty_again(self, services: Services) -> None:
        services.backups.make()
        on = DAY + timedelta(days=30)
        board = factories.on_day(services, on).today.board(on)
        assert len(of_kind(board, "backup")) == 1
        assert board.backup.sentence.startswith("2026-03-31")

    def test_unfinished_forms_are_mine_alone(self, services: Services) -> None:
        services.drafts.keep("trainings", "new", "日间一组 小组训练", {"theme": "家务"})
        board = services.today.board(DAY)
        (duty,) = of_kind(board, "draft")
        assert (duty.title, duty.action, duty.subject, duty.area) == (
            "日间一组 小组训练",
            "training",
            "new",
            "trainings",
        )
        services.drafts.discard("trainings", "new")
        assert of_kind(services.today.board(DAY), "draft") == []

    def test_a_bundle_without_receipt_is_a_duty(self, services: Services) -> None:
        from desktop.models.exchange import BundleOut

        facts = services.desk.facts
        with services.desk.work.write("test") as db:
            db.add(
                BundleOut(
                    bundle_id="b-1", kind="delta", bundle_seq=1, incarnation=facts.incarnation, first_seq=1, last_seq=2,
                    changes=2, persons=1, withheld_persons=0, withheld_changes=0, file_name="QS01-000001.kyb",
                    sha256="0" * 64, prev_sha256="0" * 64, chain_after="0" * 64, content=b"",
                    issued_at=services.desk.clock.now() - timedelta(days=20), written_at=None, receipted_at=None,
                )
            )  # fmt: skip
        (duty,) = of_kind(services.today.board(DAY), "bundle")
        assert (duty.group, duty.action) == ("overdue", "sync")


class TestBoard:
    def test_numbers_agree_with_the_list(self, services: Services) -> None:
        factories.client(services)
        board = services.today.board(DAY)
        assert board.counts["all"] == len(board.duties) == 3
        assert (board.counts["consent"], board.counts["agreement"], board.counts["backup"]) == (1, 1, 1)
        assert (board.counts["overdue"], board.counts["today"], board.counts["mine"]) == (3, 0, 2)
        assert board.people_in_service == 0
        factories.served(services)
        assert services.today.board(DAY).people_in_service == 1

    def test_the_most_urgent_comes_first(self, services: Services) -> None:
        late = factories.client(services, name="早过期")
        factories.sign(services, late, signed_on="2025-01-05")
        soon = factories.client(services, name="快到期")
        factories.sign(services, soon, signed_on="2025-04-03")
        factories.client(services, name="没签过")
        names = [duty.title for duty in of_kind(services.today.board(DAY), "consent")]
        assert names == ["早过期", "没签过", "快到期"]

    def test_the_week_counts_what_falls_on_its_days(self, services: Services) -> None:
        person_id = factories.client(services)
        factories.sign(services, person_id, signed_on="2025-04-03")
        week = services.today.board(DAY).week
        assert [day.day.isoformat() for day in week][::6] == ["2026-03-30", "2026-04-05"]
        assert [day.is_today for day in week] == [False, True, False, False, False, False, False]
        assert week[3].count == 2

    def test_the_sessions_of_the_day_and_who_came(self, services: Services) -> None:
        here, away, missing, planned = (factories.client(services) for _ in range(4))
        lines = (
            factories.line(here),
            factories.line(away, state="leave", participation="", note="复诊"),
            factories.line(missing, state="absent", participation="", note="失联"),
            factories.line(planned, state="", participation=""),
        )
        services.trainings.record(factories.training(services.actor.user_id, *lines))
        board = services.today.board(DAY)
        assert board.trainings_today == (("09:00", "生活技能训练 · 家务料理", "技能培训室 · 4 人"),)
        assert (board.expected_today, board.attended_today, board.leave_today, board.absent_today) == (4, 1, 1, 1)
        tomorrow = DAY + timedelta(days=1)
        assert factories.on_day(services, tomorrow).today.board(tomorrow).trainings_today == ()

    def test_a_full_station_is_asked_in_a_handful_of_questions(self, filled: Services) -> None:
        from sqlalchemy import event

        asked: list[str] = []
        event.listen(
            filled.desk.work.store.reader,
            "before_cursor_execute",
            lambda _c, _u, statement, *_: asked.append(statement),
        )
        assert len(filled.today.board(DAY).duties) > 40
        assert len(asked) <= 20
