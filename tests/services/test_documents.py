"""Papers: the bytes that were shown are the bytes that are kept, printed and saved."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from desktop.documents import papers
from desktop.errors import OperationalError, ValidationError
from desktop.models.documents import Attachment, Consent, ConsentScope, Document
from desktop.models.exchange import Enrolment
from desktop.services.catalogue import Services
from desktop.services.documents import PaperChoices, PreparedPaper
from tests import factories
from tests.conftest import DAY


def words(paper: PreparedPaper) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(paper.pdf) as document:
        pages = [page.get_textpage() for page in document]
        found = "".join(page.get_text_bounded() for page in pages)
        for page in pages:
            page.close()
        return found


def consent(services: Services, person_id: str, **choices: object) -> PreparedPaper:
    return services.documents.prepare(person_id, "consent", PaperChoices(**choices))  # type: ignore[arg-type]


class TestPrepare:
    def test_it_holds_station_client_guardian_and_number(self, services: Services) -> None:
        draft = factories.person(name="张晓东")
        paper = consent(services, services.people.register(draft))
        shown = words(paper)
        for expected in (services.desk.facts.station_name, "张晓东", draft.id_no, "刘桂兰", "母亲", paper.document_no):
            assert expected in shown
        assert paper.document_no == f"{services.desk.facts.station_code}-ZQ-2026-A0001"
        assert (paper.kind, paper.template, paper.template_version) == ("consent", "D1", "1")
        assert paper.pages >= 1

    def test_nothing_is_stored_but_the_look_is_noted(self, services: Services) -> None:
        person_id = factories.client(services)
        consent(services, person_id)
        assert services.documents.rows() == ()
        assert factories.acts(services)[0] == ("documents.prepare", person_id, {"paper": "consent"})

    def test_the_same_question_gives_the_same_bytes(self, services: Services) -> None:
        person_id = factories.client(services)
        first, second = consent(services, person_id), consent(services, person_id)
        assert first == second

    def test_choices_change_the_paper(self, services: Services) -> None:
        person_id = factories.client(services)
        plain = consent(services, person_id, scopes=factories.scopes("ab"))
        assert consent(services, person_id, scopes=factories.scopes("abc")).content_hash != plain.content_hash
        assert consent(services, person_id, scopes=factories.scopes("ab"), is_large_print=True).pages > plain.pages

    def test_the_term_is_the_usual_one_unless_chosen(self, services: Services) -> None:
        person_id = factories.client(services)
        agreement = services.documents.prepare(person_id, "agreement", PaperChoices())
        assert agreement.content["fields"]["term.to"] == "2027年3月30日"  # type: ignore[index]
        chosen = PaperChoices(valid_from="2026-04-01", valid_to="2026-09-30")
        agreement = services.documents.prepare(person_id, "agreement", chosen)
        assert agreement.content["fields"]["term.from"] == "2026年4月1日"  # type: ignore[index]
        assert agreement.content["fields"]["term.to"] == "2026年9月30日"  # type: ignore[index]

    @pytest.mark.parametrize(
        ("choices", "field"),
        [
            ({"valid_from": "明天"}, "valid_from"),
            ({"valid_to": "2026-13-01"}, "valid_to"),
            ({"valid_from": "2026-05-01", "valid_to": "2026-04-01"}, "valid_to"),
        ],
    )
    def test_a_bad_term_names_its_field(self, services: Services, choices: dict[str, str], field: str) -> None:
        person_id = factories.client(services)
        with pytest.raises(ValidationError) as refusal:
            consent(services, person_id, **choices)
        assert refusal.value.field == field

    def test_unknown_papers_and_people_are_told(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.documents.prepare(factories.client(services), "will", PaperChoices())
        assert refusal.value.field == "kind"
        with pytest.raises(ValidationError) as refusal:
            consent(services, "nobody")
        assert refusal.value.code == "no_such_person"

    def test_the_consent_names_the_county_office_once_it_is_known(self, services: Services) -> None:
        person_id = factories.client(services)
        assert "虚构县民政局" not in words(consent(services, person_id))
        with services.desk.work.write("test") as db:
            db.add(
                Enrolment(
                    hub_id="h-1", hub_name="虚构县民政局", hub_sign_key="k", hub_recipient="r", legal_basis="consent",
                    certificate={}, enrolled_at=services.desk.clock.now(),
                )
            )  # fmt: skip
        assert "虚构县民政局" in words(consent(services, person_id))

    def test_the_kinds_are_those_for_one_person(self, services: Services) -> None:
        assert [one.kind for one in services.documents.kinds()] == ["consent", "agreement", "guardian_reward"]


class TestIssue:
    def test_exactly_these_bytes_are_stored(self, services: Services) -> None:
        person_id = factories.client(services)
        paper = consent(services, person_id)
        document_id = services.documents.issue(paper)
        assert services.documents.pdf(document_id) == paper.pdf
        (row,) = services.documents.rows(person_id)
        assert (row.id, row.document_no, row.pages, row.status) == (
            document_id,
            paper.document_no,
            paper.pages,
            "printed",
        )
        assert (row.person_name, row.title) == ("张晓东", paper.title)

    def test_the_words_are_stored_and_still_make_the_same_pdf(self, services: Services) -> None:
        paper = consent(services, factories.client(services))
        services.documents.issue(paper)
        with services.desk.work.read() as db:
            stored = db.scalars(select(Document)).one()
            assert papers.content_hash(stored.content) == stored.content_hash == paper.content_hash
            assert papers.render_content(stored.content) == paper.pdf

    def test_it_is_one_write_and_waits_for_the_signatures(self, services: Services) -> None:
        person_id = factories.client(services)
        paper = consent(services, person_id, scopes=factories.scopes("abi"))
        document_id = services.documents.issue(paper)
        act, subject, detail = factories.acts(services)[0]
        assert (act, subject, detail["number"]) == ("documents.issue", person_id, paper.document_no)
        assert detail["tables"] == {"document": 1, "attachment": 1, "consent": 1, "consent_scope": 13}
        with services.desk.work.read() as db:
            row = db.scalars(select(Consent)).one()
            agreed = db.scalars(select(ConsentScope.scope).where(ConsentScope.is_agreed)).all()
        assert (row.document_id, row.status, row.signed_on) == (document_id, "printed", None)
        assert sorted(agreed) == ["a", "b", "i"]
        assert not services.consents.may(person_id, "serve", DAY).yes

    def test_an_agreement_waits_too(self, services: Services) -> None:
        person_id = factories.client(services)
        services.documents.issue(services.documents.prepare(person_id, "agreement", PaperChoices()))
        assert services.consents.standing(person_id, DAY).agreement == "printed"

    def test_a_number_is_given_once(self, services: Services) -> None:
        person_id = factories.client(services)
        paper, twin = consent(services, person_id), consent(services, person_id, is_large_print=True)
        services.documents.issue(paper)
        for taken in (paper, twin):
            with pytest.raises(ValidationError) as refusal:
                services.documents.issue(taken)
            assert refusal.value.code == "number_taken"
        assert len(services.documents.rows()) == 1
        assert consent(services, person_id).document_no.endswith("A0002")

    def test_kinds_and_years_count_for_themselves(self, services: Services) -> None:
        person_id = factories.client(services)
        services.documents.issue(consent(services, person_id))
        agreement = services.documents.prepare(person_id, "agreement", PaperChoices())
        assert agreement.document_no.endswith("-XY-2026-A0001")
        later = factories.on_day(services, date(2027, 1, 2))
        assert consent(later, person_id).document_no.endswith("-ZQ-2027-A0001")

    @pytest.mark.parametrize(
        "changes", [{"pdf": b"%PDF-1.7 other"}, {"document_no": "X-1"}, {"content_hash": "0" * 64}]
    )
    def test_what_is_not_what_was_shown_is_refused(self, services: Services, changes: dict[str, object]) -> None:
        paper = replace(consent(services, factories.client(services)), **changes)  # type: ignore[arg-type]
        with pytest.raises(ValidationError) as refusal:
            services.documents.issue(paper)
        assert refusal.value.code == "paper_altered"
        assert services.documents.rows() == ()


class TestKept:
    def test_damaged_bytes_are_not_handed_out(self, services: Services) -> None:
        document_id = services.documents.issue(consent(services, factories.client(services)))
        with services.desk.work.write("test") as db:
            attachment = db.scalars(select(Attachment)).one()
            attachment.content = attachment.content[:-1] + b"!"
        with pytest.raises(OperationalError) as refusal:
            services.documents.pdf(document_id)
        assert refusal.value.remedy

    def test_other_bytes_with_a_hash_of_their_own_are_not_either(self, services: Services) -> None:
        document_id = services.documents.issue(consent(services, factories.client(services)))
        with services.desk.work.write("test") as db:
            attachment = db.scalars(select(Attachment)).one()
            attachment.content, attachment.sha256 = b"other", hashlib.sha256(b"other").hexdigest()
        with pytest.raises(OperationalError):
            services.documents.pdf(document_id)

    def test_a_paper_stays_as_it_was_when_the_file_changes(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        paper = consent(services, person_id)
        document_id = services.documents.issue(paper)
        services.people.amend(person_id, replace(draft, name="章晓冬"), 1)
        assert services.documents.pdf(document_id) == paper.pdf

    def test_looking_is_noted(self, services: Services) -> None:
        person_id = factories.client(services)
        document_id = services.documents.issue(consent(services, person_id))
        services.documents.pdf(document_id)
        assert factories.acts(services)[0] == ("documents.view", person_id, {"document": document_id})

    def test_rows_newest_first_of_one_or_of_all(self, services: Services) -> None:
        first, second = factories.client(services), factories.client(services)
        ids = [services.documents.issue(consent(services, one)) for one in (first, second, first)]
        assert [row.id for row in services.documents.rows()] == ids[::-1]
        assert [row.id for row in services.documents.rows(first)] == [ids[2], ids[0]]
        assert [row.id for row in services.documents.rows(limit=1)] == [ids[2]]

    def test_an_unknown_paper_is_told(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.documents.pdf("nothing")
        assert refusal.value.code == "no_such_document"

    def test_pages_are_pictures(self, services: Services) -> None:
        paper = consent(services, factories.client(services))
        images = services.documents.page_images(paper.pdf, 40)
        assert len(images) == paper.pages
        assert all(len(image.rgb) == image.width * image.height * 3 for image in images)

    def test_the_pdf_stands_nowhere_in_clear(self, services: Services) -> None:
        paper = consent(services, factories.client(services))
        services.documents.issue(paper)
        with services.desk.work.store.writer.connect() as connection:
            connection.execute(text("SELECT 1"))
        for file in services.desk.folder.root.rglob("*"):
            if file.is_file():
                assert paper.pdf[:64] not in file.read_bytes()


class TestSignInSheet:
    def test_it_names_the_session_and_the_roster(self, services: Services) -> None:
        people = [factories.client(services, name=name) for name in ("王秀英", "李建军")]
        lines = [factories.line(one, state="", participation="", mood_before=None, mood_after=None) for one in people]
        training_id = services.trainings.record(factories.training(services.actor.user_id, *lines))
        sheet = services.documents.prepare_sign_in_sheet(training_id)
        shown = words(sheet)
        for expected in (
            "王秀英",
            "李建军",
            "生活技能训练",
            "家务料理",
            "技能培训室",
            services.actor.name,
            "2026年3月31日",
        ):
            assert expected in shown
        assert sheet.document_no.endswith("-QD-2026-A0001")
        services.documents.issue(sheet)
        (row,) = services.documents.rows()
        assert (row.person_id, row.kind, row.status) == (None, "sign_in", "")

    def test_an_unsaved_session_has_no_sheet(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.documents.prepare_sign_in_sheet("nothing")
        assert refusal.value.code == "no_such_training"


@pytest.fixture
def printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A printing system that keeps what it gets: `lp` and `lpstat` as small programs of their own."""
    programs, tray = tmp_path / "bin", tmp_path / "tray"
    programs.mkdir()
    tray.mkdir()
    _program(programs / "lp", f'printf "%s\\n" "$@" > {tray}/options; cat > {tray}/pages')
    _program(
        programs / "lpstat",
        'case "$*" in *-e*) printf "Alpha\\nOffice\\n";; *-d*) echo "system default destination: Office";; esac',
    )
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return tray


def _program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


class TestPrint:
    def test_the_printer_gets_the_stored_bytes(self, services: Services, printer: Path) -> None:
        person_id = factories.client(services)
        paper = consent(services, person_id)
        document_id = services.documents.issue(paper)
        services.documents.print(document_id, "Office", copies=3)
        assert (printer / "pages").read_bytes() == paper.pdf
        options = (printer / "options").read_text(encoding="utf-8").splitlines()
        assert options[options.index("-d") + 1] == "Office"
        assert options[options.index("-n") + 1] == "3"
        assert "张晓东" not in " ".join(options)
        act, subject, detail = factories.acts(services)[0]
        assert (act, subject) == ("documents.print", person_id)
        assert detail == {"document": document_id, "printer": "Office", "copies": 3}

    def test_the_usual_printer_comes_first(self, services: Services, printer: Path) -> None:
        assert services.documents.printers() == ("Office", "Alpha")
        services.settings.change("printing.printer", "Alpha")
        assert services.documents.printers() == ("Alpha", "Office")

    def test_damaged_bytes_are_not_printed(self, services: Services, printer: Path) -> None:
        document_id = services.documents.issue(consent(services, factories.client(services)))
        with services.desk.work.write("test") as db:
            db.scalars(select(Attachment)).one().content = b"other"
        with pytest.raises(OperationalError):
            services.documents.print(document_id, "Office")
        assert not (printer / "pages").exists()


class TestSave:
    def test_the_file_holds_the_stored_bytes(self, services: Services, tmp_path: Path) -> None:
        person_id = factories.client(services)
        paper = consent(services, person_id)
        document_id = services.documents.issue(paper)
        target = tmp_path / "同意书.pdf"
        services.documents.save(document_id, target)
        assert target.read_bytes() == paper.pdf
        act, subject, detail = factories.acts(services)[0]
        assert (act, subject, detail["file"]) == ("documents.save", person_id, str(target))

    def test_a_folder_that_is_not_there_is_told(self, services: Services, tmp_path: Path) -> None:
        document_id = services.documents.issue(consent(services, factories.client(services)))
        with pytest.raises(OperationalError) as refusal:
            services.documents.save(document_id, tmp_path / "pulled" / "x.pdf")
        assert refusal.value.remedy
        assert not (tmp_path / "pulled").exists()
        assert factories.acts(services)[0][0] == "documents.issue"
