"""Papers and photos in the file: taken in, kept, looked at, printed, taken away - and never readable outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.devices import printers
from desktop.documents import pages as pdf_pages
from desktop.domain.scans import TrayPage
from desktop.errors import OperationalError, ValidationError
from desktop.models.scans import Scan, ScanPage
from desktop.services import scans as area
from desktop.services.catalogue import Services
from desktop.services.scans import ScanDraft, Taking, draft_of
from tests import factories, papers

NOW = datetime(2026, 3, 30, 8, tzinfo=UTC)


def nothing(_: int) -> None:
    """Hear nothing."""


@pytest.fixture
def person_id(services: Services) -> str:
    return services.people.register(factories.person())


def tray(services: Services, person_id: str, *sources: bytes, **changes: object) -> ScanDraft:
    pages = services.scans.take(sources or (papers.jpeg(),), nothing)
    draft = ScanDraft(person_id, part="ids", title="残疾证复印件", made_on="2026-03-02", pages=pages)
    return replace(draft, **changes)  # type: ignore[arg-type]


def files(services: Services) -> set[Path]:
    return {path for path in services.desk.folder.pieces.rglob("*") if path.is_file()}


class TestKeep:
    def test_what_was_taken_in_is_found_again_with_its_facts(self, services: Services, person_id: str) -> None:
        draft = tray(services, person_id, papers.tiff(3), papers.jpeg())
        scan_id = services.scans.keep(draft)
        (row,) = services.scans.rows(person_id)
        assert (row.id, row.kind, row.part, row.title, str(row.made_on)) == (
            scan_id, "paper", "ids", "残疾证复印件", "2026-03-02",
        )  # fmt: skip
        assert (row.pages, row.origin, row.added_by) == (4, "file", services.actor.name)
        assert row.size > 0
        assert len(services.scans.view(scan_id)) == 4

    def test_a_page_is_turned_cropped_and_coloured_as_it_was_looked_at(
        self, services: Services, person_id: str
    ) -> None:
        draft = tray(services, person_id)
        (page,) = draft.pages
        changed = replace(draft, colour="grey", pages=(replace(page, turns=1, crop=(0.5, 0.0, 1.0, 0.5)),))
        looked = services.scans.picture(changed.pages[0], "grey", 1000)
        (kept,) = services.scans.view(services.scans.keep(changed))
        assert (looked.width, looked.height) == (kept.width, kept.height) == (400, 300)
        # the black corner of the upper left went to the upper right with a quarter turn
        right, left = kept.rgb[3 * 390 : 3 * 390 + 3], kept.rgb[3 * 150 : 3 * 150 + 3]
        assert max(right) < 60
        assert min(left) > 200
        assert right[0] == right[1] == right[2]

    def test_a_printed_paper_can_be_named_and_no_stranger_s(self, services: Services, person_id: str) -> None:
        other = services.people.register(factories.person(name="别人"))
        with services.desk.work.write("t") as db:
            factories_document(db, person_id, "D-1")
            factories_document(db, other, "D-2")
        (mine,) = services.scans.papers(person_id)
        services.scans.keep(tray(services, person_id, document_id=mine[0]))
        assert services.scans.rows(person_id)[0].document.endswith("D-1")
        (theirs,) = services.scans.papers(other)
        with pytest.raises(ValidationError) as refused:
            services.scans.keep(tray(services, person_id, document_id=theirs[0]))
        assert refused.value.field == "document_id"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": " "}, "title"), ({"title": "长" * 61}, "title"), ({"part": "nowhere"}, "part"),
            ({"part": ""}, "part"),
            ({"made_on": "2026-13-01"}, "made_on"), ({"made_on": "2027-01-01"}, "made_on"), ({"pages": ()}, "pages"),
            ({"kind": "film"}, "kind"), ({"origin": "dream"}, "origin"),
        ],
    )  # fmt: skip
    def test_a_fault_is_named_at_its_field_and_nothing_is_kept(
        self, services: Services, person_id: str, changes: dict[str, object], field: str
    ) -> None:
        draft = tray(services, person_id, **changes)
        before = files(services)
        assert field in {fault.field for fault in services.scans.check(draft)}
        with pytest.raises(ValidationError) as refused:
            services.scans.keep(draft)
        assert refused.value.field == field
        assert services.scans.rows(person_id) == ()
        assert files(services) == before

    def test_the_smaller_quality_is_smaller_and_the_size_was_told_before(
        self, services: Services, person_id: str
    ) -> None:
        draft = tray(services, person_id, papers.noisy(2600, 3400))
        told = [services.scans.size(draft, 0, quality) for quality in ("clear", "standard", "small")]
        assert told == sorted(told, reverse=True)
        assert told[0] > 2 * told[2]
        services.scans.keep(replace(draft, quality="small"))
        assert services.scans.rows(person_id)[0].size == told[2]

    def test_facts_can_be_changed_later_and_an_older_view_is_refused(self, services: Services, person_id: str) -> None:
        scan_id = services.scans.keep(tray(services, person_id))
        services.scans.amend(scan_id, 1, "diagnosis", "诊断书", "", "")
        row = services.scans.rows(person_id)[0]
        assert (row.part, row.title, row.made_on) == ("diagnosis", "诊断书", None)
        with pytest.raises(ValidationError) as refused:
            services.scans.amend(scan_id, 1, "ids", "旧的", "", "")
        assert refused.value.code == "stale"
        with pytest.raises(ValidationError) as refused:
            services.scans.amend(scan_id, 2, "ids", "", "", "")
        assert refused.value.field == "title"

    def test_rows_follow_the_parts_of_the_file(self, services: Services, person_id: str) -> None:
        for part in ("closure", "ids", "agreement"):
            services.scans.keep(tray(services, person_id, part=part, title=part))
        assert [row.part for row in services.scans.rows(person_id)] == ["ids", "agreement", "closure"]


def factories_document(db: object, person_id: str, number: str) -> None:
    """Add a printed paper."""
    from desktop.models.documents import Document

    db.add(  # type: ignore[attr-defined]
        Document(
            person_id=person_id, kind="consent", document_no=number, template="consent", template_version="1",
            content={"title": "知情同意书"}, content_hash="0" * 64, file_sha256="0" * 64, pages=1, made_at=NOW,
        )
    )  # fmt: skip


class TestPhotos:
    def test_a_photo_of_people_needs_the_consent_and_a_paper_does_not(self, services: Services, person_id: str) -> None:
        photo = tray(services, person_id, kind="photo", part="services", title="活动照片")
        verdict = services.scans.may_photograph(person_id)
        assert not verdict.yes
        with pytest.raises(ValidationError) as refused:
            services.scans.keep(photo)
        assert (refused.value.field, refused.value.message) == ("kind", verdict.because)
        services.scans.keep(replace(photo, kind="paper"))
        factories.sign(services, person_id)
        assert services.scans.may_photograph(person_id).yes
        services.scans.keep(photo)
        assert len(services.scans.rows(person_id)) == 2


class TestLooking:
    def test_every_look_print_and_copy_stands_in_the_audit(
        self, services: Services, person_id: str, tmp_path: Path, printed: list[bytes]
    ) -> None:
        scan_id = services.scans.keep(tray(services, person_id, papers.jpeg(800, 600), papers.jpeg()))
        services.scans.view(scan_id)
        services.scans.print(scan_id, "P", 2)
        target = tmp_path / "a.pdf"
        services.scans.save(scan_id, target, "公安机关调取")
        acts = [(act, subject, detail.get("reason")) for act, subject, detail in factories.acts(services, 4)]
        assert acts[::-1][1:] == [
            ("scans.view", person_id, None),
            ("scans.print", person_id, None),
            ("scans.save", person_id, "公安机关调取"),
        ]
        assert pdf_pages.page_count(target.read_bytes()) == pdf_pages.page_count(printed[0]) == 2
        wide, high, _ = pdf_pages.page_images(target.read_bytes(), 20)[0]
        assert wide > high  # as a file it may be looked at without turning the head
        wide, high, _ = pdf_pages.page_images(printed[0], 20)[0]
        assert wide < high  # a printer gets upright sheets

    def test_no_copy_without_a_reason_and_none_where_the_stick_is_gone(
        self, services: Services, person_id: str, tmp_path: Path
    ) -> None:
        scan_id = services.scans.keep(tray(services, person_id))
        with pytest.raises(ValidationError):
            services.scans.save(scan_id, tmp_path / "a.pdf", "  ")
        with pytest.raises(OperationalError):
            services.scans.save(scan_id, tmp_path / "gone" / "a.pdf", "要用")
        assert not (tmp_path / "a.pdf").exists()

    def test_a_small_picture_is_no_look(self, services: Services, person_id: str) -> None:
        scan_id = services.scans.keep(tray(services, person_id))
        before = services.audit.check().entries
        assert max(services.scans.thumbnail(scan_id).width, services.scans.thumbnail(scan_id).height) == 220
        assert services.audit.check().entries == before

    def test_a_long_paper_is_shown_in_bounded_memory(self, services: Services, person_id: str) -> None:
        assert area._side(1) == 1600
        assert area._side(200) * area._side(200) * 0.7 * 3 * 200 < 170_000_000


class TestBin:
    def test_taken_away_with_a_reason_and_brought_back_with_its_pages(self, services: Services, person_id: str) -> None:
        scan_id = services.scans.keep(tray(services, person_id))
        with pytest.raises(ValidationError):
            services.removals.remove_scan(scan_id, "")
        services.removals.remove_scan(scan_id, "放错了人")
        assert services.scans.rows(person_id) == ()
        with pytest.raises(ValidationError):
            services.scans.view(scan_id)
        (removed,) = services.removals.rows()
        assert (removed.kind, removed.reason) == ("scan", "放错了人")
        assert "残疾证复印件" in removed.detail
        services.backups.make_if_due()  # sweeps; what is in the bin stays whole
        services.removals.restore("scan", scan_id)
        assert len(services.scans.view(scan_id)) == 1


class TestTray:
    def test_all_files_or_none(self, services: Services) -> None:
        with pytest.raises(ValidationError):
            services.scans.take([papers.jpeg(), b"not a picture"], nothing)
        assert files(services) == set()

    def test_a_file_that_is_gone_is_said_so(self, services: Services, tmp_path: Path) -> None:
        with pytest.raises(ValidationError) as refused:
            services.scans.take([tmp_path / "gone.jpg"], nothing)
        assert "gone.jpg" in refused.value.message

    def test_files_are_read_from_the_disk_and_pages_are_told(self, services: Services, tmp_path: Path) -> None:
        (tmp_path / "a.tif").write_bytes(papers.tiff(2))
        (tmp_path / "b.png").write_bytes(papers.encoded(papers.picture(), "PNG"))
        told: list[int] = []
        assert len(services.scans.take([tmp_path / "a.tif", tmp_path / "b.png"], told.append)) == 3
        assert told == [1, 2, 3]

    def test_stopping_leaves_nothing(self, services: Services) -> None:
        taking = Taking()

        def stop_at_two(pages: int) -> None:
            if pages == 2:
                taking.stop()

        assert services.scans.take([papers.tiff(40)], stop_at_two, taking) == ()
        assert files(services) == set()
        assert services.scans.take([papers.jpeg()], nothing, taking) == ()

    def test_more_pages_than_one_paper_may_have_are_refused(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refused:
            services.scans.take([papers.pdf(150, (30, 40)), papers.pdf(60, (30, 40))], nothing)
        assert refused.value.code == "too_many_pages"
        assert files(services) == set()

    def test_an_unfinished_form_keeps_its_pages_and_gives_them_back_when_done(
        self, services: Services, person_id: str
    ) -> None:
        draft = tray(services, person_id, papers.jpeg(), papers.jpeg(610, 800))
        services.drafts.keep("scan", person_id, "材料", asdict(draft))
        services.scans.let_go(draft)
        assert len(files(services)) == 2
        found = services.drafts.find("scan", person_id)
        assert found is not None
        assert draft_of(found.content, ScanDraft(person_id)) == draft
        services.drafts.discard("scan", person_id)
        services.scans.let_go(draft)
        assert files(services) == set()

    @pytest.mark.parametrize("content", [{}, {"pages": [{"piece": 1}]}, {"pages": ["x"]}, {"title": 5, "unknown": "x"}])
    def test_a_form_of_another_version_is_no_trouble(self, content: dict[str, object]) -> None:
        assert draft_of(content, ScanDraft("p")) == ScanDraft("p")

    def test_a_page_whose_piece_is_gone_is_named(self, services: Services, person_id: str) -> None:
        draft = tray(services, person_id)
        lost = replace(draft, pages=(*draft.pages, TrayPage("0" * 64, 10, 10)))
        with pytest.raises(OperationalError) as refused:
            services.scans.keep(lost)
        assert "第 2 页" in refused.value.message
        assert services.scans.rows(person_id) == ()


class TestErasure:
    def test_contents_and_pieces_are_gone_with_those_of_an_unfinished_form_and_the_bin_does_not_offer_them(
        self, services: Services, person_id: str
    ) -> None:
        kept, draft = tray(services, person_id), tray(services, person_id, papers.tiff(1))
        services.removals.remove_scan(services.scans.keep(kept), "放错了")
        services.scans.let_go(kept)
        services.drafts.keep("scan", person_id, "材料", asdict(draft))
        assert files(services)
        services.privacy.erase(person_id, services.people.card(person_id).row.file_no, "本人要求")
        assert services.removals.rows() == ()
        with services.desk.work.read() as db:
            assert {row.title for row in db.scalars(select(Scan))} == {""}
            assert {row.piece for row in db.scalars(select(ScanPage))} == {""}
        assert files(services) == set()

    def test_a_piece_that_two_files_share_stays_for_the_other(self, services: Services, person_id: str) -> None:
        other = services.people.register(factories.person(name="别人"))
        services.scans.keep(tray(services, person_id))
        scan_id = services.scans.keep(tray(services, other))
        services.privacy.erase(person_id, services.people.card(person_id).row.file_no, "本人要求")
        assert len(services.scans.view(scan_id)) == 1


class TestSecret:
    def test_nothing_readable_lies_beside_the_database_or_in_a_temporary_folder(
        self, services: Services, person_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        monkeypatch.setenv("TMPDIR", str(temporary))
        services.scans.view(services.scans.keep(tray(services, person_id, papers.tiff(2), papers.jpeg())))
        assert list(temporary.iterdir()) == []
        for path in files(services):
            content = path.read_bytes()
            assert content.startswith(b"kangyi-piece/1\n")
            assert b"JFIF" not in content
            assert b"PNG" not in content
            assert path.stat().st_mode & 0o077 == 0


class Heard:
    """A printing system that keeps what it gets."""

    def __init__(self, jobs: list[bytes]) -> None:
        self.jobs = jobs

    def names(self) -> list[str]:
        return ["P"]

    def send(self, pdf: bytes, printer: str, copies: int) -> None:
        self.jobs.append(pdf)


@pytest.fixture
def printed() -> Iterator[list[bytes]]:
    jobs: list[bytes] = []
    printers.use(Heard(jobs))
    yield jobs
    printers.use(None)
