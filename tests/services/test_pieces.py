"""The encrypted pieces beside the database: a power cut at any step, a full disk, damage, copies, and the broom."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.errors import OperationalError
from desktop.models.scans import ScanPage
from desktop.services import pieces, restoring
from desktop.services.backups import PIECES, piece_list_of
from desktop.services.catalogue import Services
from desktop.services.clock import Clock
from desktop.services.pieces import PieceLost
from desktop.services.scans import ScanDraft
from desktop.store.pieces import PieceFolder
from tests import factories, papers
from tests.conftest import LOGIN, PASSWORD, Template, open_copy


@pytest.fixture
def person_id(services: Services) -> str:
    return services.people.register(factories.person())


def keep(services: Services, person_id: str, content: bytes | None = None, title: str = "残疾证") -> str:
    pages = services.scans.take([content or papers.jpeg()], lambda _: None)
    draft = ScanDraft(person_id, part="ids", title=title, pages=pages)
    scan_id = services.scans.keep(draft)
    services.scans.let_go(draft)
    return scan_id


def names(services: Services) -> list[str]:
    with services.desk.work.read() as db:
        return list(db.scalars(select(ScanPage.piece).where(ScanPage.piece != "")))


def on_disk(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}


class TestPieces:
    def test_the_same_page_twice_is_one_piece(self, services: Services, person_id: str) -> None:
        keep(services, person_id)
        keep(services, person_id)
        assert len(names(services)) == 2
        assert on_disk(services.desk.folder.pieces) == set(names(services))

    @pytest.mark.parametrize("is_missing", [True, False])
    def test_a_lost_page_is_told_and_put_right_by_bringing_it_again(
        self, services: Services, person_id: str, is_missing: bool
    ) -> None:
        scan_id = keep(services, person_id)
        (name,) = names(services)
        path = services.desk.pieces.folder.path(name)
        if is_missing:
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[:-1] + b"?")
        with pytest.raises(PieceLost) as lost:
            services.desk.pieces.read(name)
        assert lost.value.is_missing is is_missing
        with pytest.raises(OperationalError) as told:
            services.scans.view(scan_id)
        assert "“残疾证”第 1 页" in told.value.message
        found = services.integrity.check()
        assert not found.is_ok
        assert (found.pieces.total, found.pieces.missing, found.pieces.damaged) == (1, is_missing, not is_missing)
        keep(services, person_id)  # the same paper scanned again
        assert len(services.scans.view(scan_id)) == 1
        assert services.integrity.check().pieces.is_ok

    def test_without_any_backup_the_next_step_is_said(self, services: Services, person_id: str) -> None:
        scan_id = keep(services, person_id)
        shutil.rmtree(services.desk.folder.pieces)
        with pytest.raises(OperationalError) as told:
            services.scans.mend(scan_id)
        assert "U 盘" in told.value.remedy


class TestBroom:
    def test_what_an_erasure_left_goes_and_what_a_newer_database_may_need_waits(
        self, template: Template, folder: Path, clock: Clock
    ) -> None:
        first = open_copy(template, folder, clock)
        person_id = first.people.register(factories.person())
        keep(first, person_id)
        keep(first, person_id, papers.jpeg(500, 500), "户口簿")
        gone, stays = names(first)
        stray = first.desk.pieces.put(b"of a database that was here later")
        first.close()
        again = open_copy(template, folder, clock)
        with again.desk.work.write("erase") as db:
            db.scalars(select(ScanPage).where(ScanPage.piece == gone)).one().piece = ""
        (again.desk.folder.pieces / "ab").mkdir(exist_ok=True)
        (again.desk.folder.pieces / "ab" / ("ab" * 32 + ".part")).write_bytes(b"half")
        assert again.backups.make_if_due() is not None
        assert on_disk(again.desk.folder.pieces) == {stays, stray}
        old = time.time() - 91 * 24 * 3600
        os.utime(again.desk.pieces.folder.path(stray), (old, old))
        again.settings.change("papers.warn_days", 20)
        again.people.register(factories.person(name="又一人"))
        again.backups.make_if_due()
        assert on_disk(again.desk.folder.pieces) == {stays}
        again.close()

    def test_what_was_put_in_this_run_is_never_swept_in_it(self, services: Services) -> None:
        name = services.desk.pieces.put(b"on its way to a row")
        assert services.desk.pieces.sweep((), lambda _: True) == 0
        assert services.desk.pieces.read(name) == b"on its way to a row"

    def test_the_bin_an_unfinished_form_and_every_row_keep_their_pieces(
        self, template: Template, folder: Path, clock: Clock
    ) -> None:
        first = open_copy(template, folder, clock)
        person_id = first.people.register(factories.person())
        first.removals.remove_scan(keep(first, person_id), "放错了")
        page = first.scans.take([papers.tiff(1)], lambda _: None)[0]
        first.drafts.keep("scan", person_id, "材料", {"pages": [{"piece": page.piece}]})
        wanted = {*names(first), page.piece}
        first.close()
        again = open_copy(template, folder, clock)
        again.desk.pieces.sweep(_needed(again), lambda _: True)
        assert on_disk(again.desk.folder.pieces) == wanted
        again.close()


def _needed(services: Services) -> set[str]:
    with services.desk.work.read() as db:
        return pieces.needed(db)


class TestBackups:
    def test_a_page_is_copied_once_however_many_backups_there_are(
        self, services: Services, person_id: str, tmp_path: Path
    ) -> None:
        keep(services, person_id, papers.noisy(2400, 3300))
        first = services.backups.make(tmp_path / "stick")
        second = services.backups.make(tmp_path / "stick")
        assert (first.pieces, second.pieces, second.new_bytes) == (1, 1, 0)
        assert first.new_bytes > 500_000
        assert on_disk(tmp_path / "stick" / PIECES) == set(names(services))
        assert piece_list_of(second.file).read_text().split() == names(services)
        assert first.file.stat().st_size - services.desk.folder.database.stat().st_size < first.new_bytes / 2

    def test_a_backup_brings_a_damaged_page_back(self, services: Services, person_id: str, tmp_path: Path) -> None:
        scan_id = keep(services, person_id)
        services.backups.make(tmp_path / "stick")
        (name,) = names(services)
        services.desk.pieces.folder.path(name).write_bytes(b"?")
        (services.desk.folder.backups / PIECES / name[:2]).mkdir(parents=True)
        (services.desk.folder.backups / PIECES / name[:2] / name).write_bytes(b"no better")
        assert services.scans.mend(scan_id) == 1
        assert len(services.scans.view(scan_id)) == 1
        assert services.integrity.check().is_ok

    def test_a_damaged_page_never_replaces_the_whole_one_in_the_backup(
        self, services: Services, person_id: str, tmp_path: Path
    ) -> None:
        keep(services, person_id)
        services.backups.make(tmp_path)
        (name,) = names(services)
        whole = PieceFolder(tmp_path / PIECES).read(name)
        services.desk.pieces.folder.path(name).write_bytes(b"?")
        assert services.backups.make(tmp_path).lost_pieces == 0
        assert PieceFolder(tmp_path / PIECES).read(name) == whole
        shutil.rmtree(tmp_path / PIECES)
        assert services.backups.make(tmp_path).lost_pieces == 1

    def test_a_restore_on_a_new_pc_brings_the_pages(
        self, services: Services, person_id: str, tmp_path: Path, clock: Clock, template: Template
    ) -> None:
        scan_id = keep(services, person_id, papers.tiff(3))
        done = services.backups.make(tmp_path / "stick")
        restored = restoring.restore(done.file, tmp_path / "new", LOGIN, PASSWORD, clock)
        assert (restored.pieces, restored.lost_pieces) == (3, 0)
        opened = open_copy(template, tmp_path / "new", clock)
        assert len(opened.scans.view(scan_id)) == 3
        assert opened.integrity.check().is_ok
        opened.close()

    def test_a_restore_without_the_folder_of_pages_says_how_many_are_missing(
        self, services: Services, person_id: str, tmp_path: Path, clock: Clock
    ) -> None:
        keep(services, person_id)
        done = services.backups.make(tmp_path / "stick")
        shutil.rmtree(tmp_path / "stick" / PIECES)
        restored = restoring.restore(done.file, tmp_path / "new", LOGIN, PASSWORD, clock)
        assert (restored.persons, restored.pieces, restored.lost_pieces) == (1, 0, 1)

    def test_pages_that_no_backup_names_any_more_go_and_a_backup_without_a_list_keeps_all(
        self, services: Services, person_id: str
    ) -> None:
        keep(services, person_id)
        services.backups.make_if_due()
        pool = PieceFolder(services.desk.folder.backups / PIECES)
        pool.put("ab" * 32, b"of nobody")
        strange = services.desk.folder.backups / "my own copy.db"
        strange.touch()
        services.settings.change("papers.warn_days", 20)
        services.people.register(factories.person(name="又一人"))
        services.backups.make_if_due()
        assert pool.size("ab" * 32) is not None
        strange.unlink()
        services.people.register(factories.person(name="再一人"))
        services.backups.make_if_due()
        assert pool.size("ab" * 32) is None
        assert set(pool.names()) == set(names(services))


CUT = """
import os, signal, sys
from pathlib import Path
from desktop.services.clock import PracticeClock
from desktop.services.scans import ScanDraft
from desktop.store import disk
from desktop.store.unit_of_work import Work
from tests import papers
from tests.conftest import DAY, Template, open_copy

folder, key, person_id, step = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), sys.argv[3], sys.argv[4]
services = open_copy(Template(folder, "", key), folder, PracticeClock(DAY))
pages = services.scans.take([papers.tiff(2)], lambda _: None)
draft = ScanDraft(person_id, part="ids", title="残疾证", pages=pages)

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

real = disk.os.fdopen
if step == "half":          # while the bytes of a piece are being written
    def fdopen(*arguments):
        file = real(*arguments)
        class Half:
            def __enter__(self): return self
            def __exit__(self, *_): file.close()
            def write(self, data):
                file.write(data[: len(data) // 2]); file.flush(); die()
        return Half()
    disk.os.fdopen = fdopen
if step == "named":         # the piece has its name, the rows are not begun
    disk.sync_folder = die
if step == "committing":    # all pieces are there, the commit is not done
    Work._conclude = die
services.scans.keep(draft)
if step == "committed":
    die()
"""


class TestPowerCut:
    @pytest.mark.parametrize("step", ["half", "named", "committing", "committed"])
    def test_nothing_is_lost_and_nothing_half(self, template: Template, folder: Path, clock: Clock, step: str) -> None:
        before = open_copy(template, folder, clock)
        person_id = before.people.register(factories.person())
        kept = keep(before, person_id, papers.jpeg(), "早先的")
        before.close()
        command = [sys.executable, "-c", CUT, str(folder), template.volume_key.hex(), person_id, step]
        ended = subprocess.run(command, capture_output=True, check=False, cwd=Path(__file__).parents[2])
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
        after = open_copy(template, folder, clock)
        rows = {row.title: row.pages for row in after.scans.rows(person_id)}
        assert rows == ({"早先的": 1, "残疾证": 2} if step == "committed" else {"早先的": 1})
        assert len(after.scans.view(kept)) == 1
        assert after.integrity.check().is_ok
        after.backups.make()
        with after.desk.work.read() as db:
            after.desk.pieces.sweep(pieces.needed(db), lambda _: True)
        assert on_disk(after.desk.folder.pieces) == set(names(after))  # whatever was cut off is swept, nothing else
        after.close()


class TestFullDisk:
    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
    def test_one_sentence_and_nothing_changed(
        self, services: Services, person_id: str, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        pages = services.scans.take([papers.tiff(3)], lambda _: None)
        before, entries = on_disk(services.desk.folder.pieces), services.audit.check().entries
        real, calls = os.fsync, []

        def fsync(descriptor: int) -> None:
            calls.append(descriptor)
            if len(calls) > 5:
                raise OSError(number, "disk")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        draft = ScanDraft(person_id, part="ids", title="残疾证", colour="grey", quality="small", pages=pages)
        with pytest.raises(OperationalError) as told:
            services.scans.keep(draft)
        monkeypatch.undo()
        assert told.value.code == {errno.ENOSPC: "disk_full", errno.EROFS: "read_only", errno.EIO: "io_error"}[number]
        assert on_disk(services.desk.folder.pieces) == before
        assert services.audit.check().entries == entries
        services.scans.keep(draft)

    def test_a_disk_that_really_is_full(self, template: Template, folder: Path, clock: Clock, tmp_path: Path) -> None:
        """Where this process may mount; elsewhere the errors above stand in for it."""
        small = tmp_path / "small"
        small.mkdir()
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", small], check=False, capture_output=True
        ).returncode:
            return
        try:
            services = open_copy(template, folder, clock)
            services.desk.folder.pieces.symlink_to(small)
            with pytest.raises(OperationalError) as told:
                services.scans.take([papers.noisy(1600, 2000)], lambda _: None)
            assert told.value.code == "disk_full"
            assert on_disk(small) == set()
            services.close()
        finally:
            subprocess.run(["umount", "--lazy", small], check=True)
