"""Sessions and attendance: one sheet, one write; who may not be counted is kept and marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from desktop.errors import ValidationError
from desktop.models.trainings import Attendance, Training
from desktop.services.catalogue import Services
from desktop.services.trainings import TrainingDraft
from tests import factories
from tests.conftest import DAY

TODAY = DAY.isoformat()


def counted(services: Services) -> dict[str, bool]:
    with services.desk.work.read() as db:
        return dict(db.execute(select(Attendance.person_id, Attendance.is_counted)).all())


def sheet(services: Services, *people: str, **changes: object) -> TrainingDraft:
    lines = [factories.line(person_id) for person_id in people]
    return replace(factories.training(services.actor.user_id, *lines), **changes)  # type: ignore[arg-type]


class TestRecord:
    def test_a_sheet_is_read_back_as_it_was_written(self, services: Services) -> None:
        first, second = factories.served(services), factories.served(services, name="李建军")
        lines = (
            factories.line(first, note="独立洗碗"),
            factories.line(
                second, name="李建军", state="leave", participation="", mood_before=None, mood_after=None, note="复诊"
            ),
        )
        draft = replace(sheet(services), lines=lines, helpers="志愿者 2 人")
        stored = services.trainings.draft(services.trainings.record(draft))
        assert replace(stored, training_id=None, revision=0, lines=()) == replace(draft, lines=())
        assert [replace(line, file_no="") for line in stored.lines] == list(lines)
        assert [line.file_no[-5:] for line in stored.lines] == ["A0001", "A0002"]

    def test_twenty_people_are_one_write_with_one_audit_entry(self, services: Services) -> None:
        people = [factories.client(services) for _ in range(20)]
        before = services.audit.rows(limit=1)[0].seq
        training_id = services.trainings.record(sheet(services, *people))
        (entry,) = services.audit.rows(limit=1)
        assert entry.seq == before + 1
        assert (entry.act, entry.subject) == ("trainings.record", training_id)
        assert entry.detail["tables"] == {"training": 1, "attendance": 20}

    def test_times_are_stored_as_the_clock_writes_them(self, services: Services) -> None:
        draft = sheet(services, factories.client(services), starts="9:05", ends="１０：30", held_on="2026年3月30日")
        stored = services.trainings.draft(services.trainings.record(draft))
        assert (stored.held_on, stored.starts, stored.ends) == ("2026-03-30", "09:05", "10:30")

    def test_only_those_with_papers_and_there_are_counted(self, services: Services) -> None:
        ready, bare, away = factories.served(services), factories.client(services), factories.served(services)
        draft = sheet(services, ready, bare)
        draft = replace(
            draft, lines=(*draft.lines, factories.line(away, state="absent", participation="", note="失联"))
        )
        training_id = services.trainings.record(draft)
        assert counted(services) == {ready: True, bare: False, away: False}
        warnings = {line.person_id: line.warning for line in services.trainings.draft(training_id).lines}
        assert warnings == {ready: "", bare: "还没有签知情同意书。", away: ""}

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"held_on": ""}, "held_on"),
            ({"held_on": "2026-02-30"}, "held_on"),
            ({"held_on": (DAY + timedelta(days=1)).isoformat()}, "held_on"),
            ({"starts": ""}, "starts"),
            ({"starts": "25:00"}, "starts"),
            ({"ends": "08:00"}, "ends"),
            ({"ends": "09:05"}, "ends"),
            ({"ends": "18:00"}, "ends"),
            ({"training_type": ""}, "training_type"),
            ({"training_type": "77"}, "training_type"),
            ({"form": "circle"}, "form"),
            ({"leader_id": ""}, "leader_id"),
            ({"lines": ()}, "lines"),
        ],
    )
    def test_an_error_names_its_field_and_nothing_is_stored(
        self, services: Services, changes: dict[str, object], field: str
    ) -> None:
        draft = replace(sheet(services, factories.client(services)), **changes)  # type: ignore[arg-type]
        with pytest.raises(ValidationError) as refusal:
            services.trainings.record(draft)
        assert refusal.value.field == field
        assert field in {fault.field for fault in services.trainings.check(draft) if fault.severity == "error"}
        assert services.trainings.rows(date(2026, 1, 1), date(2027, 1, 1)) == ()

    def test_an_error_in_a_line_names_the_person(self, services: Services) -> None:
        person_id = factories.client(services)
        draft = replace(sheet(services), lines=(factories.line(person_id, mood_after=11),))
        with pytest.raises(ValidationError) as refusal:
            services.trainings.record(draft)
        assert refusal.value.field == f"lines.{person_id}.mood_after"

    def test_somebody_who_is_not_on_file_is_refused(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.trainings.record(sheet(services, "nobody"))
        assert refusal.value.code == "no_such_person"

    def test_a_leader_without_account_is_refused(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.trainings.record(sheet(services, factories.client(services), leader_id="nobody"))
        assert refusal.value.field == "leader_id"

    def test_the_length_follows_the_settings(self, services: Services) -> None:
        draft = sheet(services, factories.client(services), ends="09:20")
        services.settings.change("trainings.shortest_minutes", 30)
        with pytest.raises(ValidationError) as refusal:
            services.trainings.record(draft)
        assert refusal.value.field == "ends"
        services.trainings.record(replace(draft, ends="09:30"))


class TestPlanned:
    def test_a_roster_can_be_saved_before_the_day_for_the_sign_in_sheet(self, services: Services) -> None:
        person_id = factories.served(services)
        tomorrow = (DAY + timedelta(days=1)).isoformat()
        planned = replace(
            sheet(services, held_on=tomorrow),
            lines=(factories.line(person_id, state="", participation="", mood_before=None, mood_after=None),),
        )
        training_id = services.trainings.record(planned)
        (row,) = services.trainings.rows(DAY, DAY + timedelta(days=7))
        assert (row.id, row.expected, row.attended) == (training_id, 1, 0)
        assert counted(services) == {person_id: False}

    def test_not_for_next_year(self, services: Services) -> None:
        planned = sheet(services, factories.client(services), held_on="2027-03-31")
        faults = services.trainings.check(replace(planned, lines=tuple(replace(x, state="") for x in planned.lines)))
        assert "held_on" in {fault.field for fault in faults}


class TestOverlap:
    def test_nobody_is_in_two_places(self, services: Services) -> None:
        person_id = factories.client(services)
        services.trainings.record(sheet(services, person_id))
        with pytest.raises(ValidationError) as refusal:
            services.trainings.record(sheet(services, person_id, starts="10:00", ends="11:00"))
        assert (refusal.value.code, refusal.value.field) == ("overlap", f"lines.{person_id}.state")
        assert "09:00-10:30" in refusal.value.message
        assert len(services.trainings.rows(DAY, DAY)) == 1

    def test_one_after_the_other_is_fine(self, services: Services) -> None:
        person_id = factories.client(services)
        services.trainings.record(sheet(services, person_id))
        services.trainings.record(sheet(services, person_id, starts="10:30", ends="11:00"))
        services.trainings.record(sheet(services, person_id, held_on="2026-03-30"))

    def test_who_was_not_there_can_be_elsewhere(self, services: Services) -> None:
        person_id = factories.client(services)
        absent = factories.line(person_id, state="absent", participation="", note="在另一组")
        services.trainings.record(replace(sheet(services), lines=(absent,)))
        services.trainings.record(sheet(services, person_id, starts="10:00", ends="11:00"))

    def test_a_sheet_does_not_collide_with_itself(self, services: Services) -> None:
        training_id = services.trainings.record(sheet(services, factories.client(services)))
        services.trainings.record(services.trainings.draft(training_id))


class TestAmend:
    def test_changes_additions_and_removals_in_one_save(self, services: Services) -> None:
        stays, goes, comes = (factories.client(services) for _ in range(3))
        training_id = services.trainings.record(sheet(services, stays, goes))
        draft = services.trainings.draft(training_id)
        changed = (replace(draft.lines[0], state="late", note="堵车"), factories.line(comes))
        services.trainings.record(replace(draft, theme="洗衣", lines=changed))
        stored = services.trainings.draft(training_id)
        assert (stored.theme, stored.revision) == ("洗衣", 2)
        assert [(line.person_id, line.state) for line in stored.lines] == [(stays, "late"), (comes, "present")]
        assert factories.acts(services)[0][:2] == ("trainings.amend", training_id)

    def test_who_was_taken_off_can_be_put_back(self, services: Services) -> None:
        first, second = factories.client(services), factories.client(services)
        training_id = services.trainings.record(sheet(services, first, second))
        draft = services.trainings.draft(training_id)
        services.trainings.record(replace(draft, lines=draft.lines[:1]))
        assert len(services.trainings.draft(training_id).lines) == 1
        services.trainings.record(replace(draft, revision=2))
        assert len(services.trainings.draft(training_id).lines) == 2

    def test_a_newer_sheet_is_not_saved_over_even_if_only_lines_changed(self, services: Services) -> None:
        training_id = services.trainings.record(sheet(services, factories.client(services)))
        draft = services.trainings.draft(training_id)
        services.trainings.record(replace(draft, lines=(replace(draft.lines[0], note="先存的"),)))
        with pytest.raises(ValidationError) as refusal:
            services.trainings.record(replace(draft, lines=(replace(draft.lines[0], note="后存的"),)))
        assert refusal.value.code == "stale"
        assert services.trainings.draft(training_id).lines[0].note == "先存的"

    def test_moving_the_day_counts_anew(self, services: Services) -> None:
        person_id = factories.served(services)
        training_id = services.trainings.record(sheet(services, person_id))
        services.trainings.record(replace(services.trainings.draft(training_id), held_on="2026-03-01"))
        assert counted(services) == {person_id: False}

    def test_an_unknown_or_deleted_sheet_is_told(self, services: Services) -> None:
        training_id = services.trainings.record(sheet(services, factories.client(services)))
        with services.desk.work.write("test") as db:
            db.scalars(select(Training)).one().is_deleted = True
        for unknown in (training_id, "nothing"):
            with pytest.raises(ValidationError) as refusal:
                services.trainings.draft(unknown)
            assert refusal.value.code == "no_such_training"


class TestBlank:
    def test_the_first_sheet_of_a_leader_is_empty(self, services: Services) -> None:
        blank = services.trainings.blank(DAY)
        assert blank == TrainingDraft(held_on=TODAY, leader_id=services.actor.user_id)

    def test_the_next_one_is_filled_from_the_last(self, services: Services) -> None:
        first, second, closed = (factories.served(services) for _ in range(3))
        services.trainings.record(sheet(services, closed, held_on="2026-03-20", theme="旧的"))
        services.trainings.record(sheet(services, second, first, closed, held_on="2026-03-30"))
        _close(services, closed)
        blank = services.trainings.blank(DAY)
        assert (blank.held_on, blank.starts, blank.ends, blank.training_type) == (TODAY, "09:00", "10:30", "04")
        assert (blank.training_id, blank.theme, blank.content) == (None, "", "")
        assert [(line.person_id, line.state, line.note) for line in blank.lines] == [(second, "", ""), (first, "", "")]

    def test_sheets_of_other_leaders_and_single_sessions_do_not_count(self, services: Services) -> None:
        person_id = factories.client(services)
        services.trainings.record(sheet(services, person_id, form="individual"))
        assert services.trainings.blank(DAY).lines == ()

    def test_it_warns_of_papers_that_ran_out_meanwhile(self, services: Services) -> None:
        person_id = factories.served(services)
        services.trainings.record(sheet(services, person_id))
        later = date(2027, 5, 1)
        (line,) = factories.on_day(services, later).trainings.blank(later).lines
        assert line.warning == "知情同意书已于 2027-03-20 到期。"


def _close(services: Services, person_id: str) -> None:
    from desktop.models.people import Episode

    with services.desk.work.write("test") as db:
        db.scalars(select(Episode).where(Episode.person_id == person_id)).one().state = "closed"


class TestLists:
    def test_a_period_newest_first(self, services: Services) -> None:
        person_id = factories.client(services)
        for day in ("2026-03-29", "2026-03-31", "2026-03-30"):
            services.trainings.record(sheet(services, person_id, held_on=day))
        rows = services.trainings.rows(date(2026, 3, 30), DAY)
        assert [row.held_on.day for row in rows] == [31, 30]
        assert (rows[0].minutes, rows[0].leader, rows[0].expected, rows[0].attended) == (90, services.actor.name, 1, 1)

    def test_of_one_person(self, services: Services) -> None:
        mine, other = factories.client(services), factories.client(services)
        services.trainings.record(sheet(services, other))
        training_id = services.trainings.record(sheet(services, mine, other, held_on="2026-03-30"))
        (row,) = services.trainings.rows(date(2026, 1, 1), DAY, mine)
        assert (row.id, row.expected) == (training_id, 2)

    def test_candidates_are_found_by_search_and_warned_about(self, services: Services) -> None:
        factories.served(services, name="王秀英")
        factories.client(services, name="王二")
        _close(services, factories.served(services, name="王三"))
        found = services.trainings.candidates("王", DAY)
        assert [(line.name, bool(line.warning)) for line in found] == [("王秀英", False), ("王二", True)]
        assert [line.name for line in services.trainings.candidates("wxy", DAY)] == ["王秀英"]
        assert len(services.trainings.candidates("", DAY, limit=1)) == 1
