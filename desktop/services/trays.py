"""The tray: files taken apart into pages, each kept at once as an encrypted piece, looked at and made ready to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import resources
from desktop.documents import pictures
from desktop.documents.unpacking import CleanPage, Stopped, Unpacking
from desktop.domain.scans import TrayPage
from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr
from desktop.services import pieces
from desktop.services.pieces import PieceLost

if TYPE_CHECKING:
    from desktop.domain.scans import ScanDraft
    from desktop.services.desk import Desk

Source = Path | bytes


@dataclass(frozen=True)
class Picture:
    """One page as RGB bytes, row by row, 3 bytes a pixel."""

    width: int
    height: int
    rgb: bytes


def limits() -> dict[str, Any]:
    """Return what bounds the taking in, and the size of pages in the tray."""
    table = resources.table("codes/scans.toml")
    return {**table["limits"], **table["working"]}


def quality(code: str) -> Mapping[str, Any]:
    """Return the size and compression of one quality."""
    found: dict[str, Any] = next(
        each for each in resources.table("codes/scans.toml")["quality"] if each["code"] == code
    )
    return found


def scanner_rules() -> dict[str, Any]:
    """Return resolutions, modes and patience for scanners."""
    found: dict[str, Any] = resources.table("codes/scans.toml")["scanner"]
    return found


def newest(folder: object) -> Path:
    """Return the file saved last among the pictures and PDFs of a folder; raises ValidationError when there is none."""
    if not isinstance(folder, str) or not folder or not Path(folder).is_dir():
        raise ValidationError(
            "no_scan_folder", tr("还没有指定扫描文件夹，或它不在了。"), tr("请选扫描仪软件保存图片的那个文件夹。")
        )
    endings = tuple(resources.table("codes/scans.toml")["endings"])
    try:
        found = [(path.stat().st_mtime, path) for path in Path(folder).iterdir() if path.suffix.lower() in endings]
    except OSError:
        found = []
    if not found:
        message = tr("扫描文件夹“{folder}”里还没有图片或 PDF。", folder=folder)
        raise ValidationError("nothing_scanned", message, tr("请先扫描，保存到这个文件夹，再取。"))
    return max(found)[1]


class Taking:
    """The taking in of some files, which may be stopped from any thread."""

    def __init__(self) -> None:
        self._now: Unpacking | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """End it: what was taken so far is dropped."""
        self._is_stopped = True
        if self._now is not None:
            self._now.stop()

    def run(self, desk: Desk, sources: Iterable[Source], told: Callable[[int], object]) -> tuple[TrayPage, ...]:
        """Keep every page of every file as a piece; all of them or, with a ValidationError, none. () when stopped."""
        taken: list[TrayPage] = []
        with suppress(Stopped), ExitStack() as undo:
            undo.callback(lambda: drop(desk, [page.piece for page in taken]))
            for source in sources:
                self._take(desk, source, taken, told)
            undo.pop_all()
            return tuple(taken)
        return ()

    def _take(self, desk: Desk, source: Source, taken: list[TrayPage], told: Callable[[int], object]) -> None:
        self._now = Unpacking(limits())
        if self._is_stopped:
            raise Stopped
        for page in self._now.pages(_bytes_of(source)):
            if len(taken) >= limits()["pages"]:
                raise _too_many_pages()
            taken.append(TrayPage(desk.pieces.put(page.data), page.width, page.height))
            told(len(taken))


def drop(desk: Desk, names: Iterable[str]) -> None:
    """Remove the pieces of pages that are not wanted, unless a row or an unfinished form needs one."""
    with desk.work.read() as db:
        needed = pieces.needed(db)
    desk.pieces.drop(needed, names)


def picture(desk: Desk, page: TrayPage, colour: str, most: int) -> Picture:
    """Return a page of the tray as it would be kept, at most so many pixels long."""
    drawn = pictures.drawn(_content(desk, page, 1), pictures.Look(page.turns, page.crop, colour), most)
    return Picture(drawn.width, drawn.height, drawn.rgb)


def finished(desk: Desk, draft: ScanDraft, number: int, code: str = "") -> CleanPage:
    """Return one page (from 0) as it will be kept, in the quality of the form or another."""
    page = draft.pages[number]
    look = pictures.Look(page.turns, page.crop, draft.colour)
    return pictures.finished(_content(desk, page, number + 1), look, quality(code or draft.quality))


def _content(desk: Desk, page: TrayPage, number: int) -> bytes:
    try:
        return desk.pieces.read(page.piece)
    except PieceLost:
        raise OperationalError(
            "io_error", tr("第 {n} 页暂存的图片读不出来了。", n=number), tr("请去掉这一页，重新扫描或选择文件。")
        ) from None


def _bytes_of(source: Source) -> bytes:
    """Read a file, no more of it than is allowed and a byte."""
    if isinstance(source, bytes):
        return source
    try:
        with source.open("rb") as file:
            return file.read(limits()["file_bytes"] + 1)
    except (OSError, ValueError):
        raise ValidationError(
            "file_unreadable",
            tr("打不开文件“{name}”，没有收入。", name=source.name),
            tr("请看文件是否还在、是否正被别的程序使用。"),
            "file",
        ) from None


def _too_many_pages() -> ValidationError:
    message = tr("一份材料最多 {n} 页，没有收入。", n=limits()["pages"])
    return ValidationError("too_many_pages", message, tr("请分成几份再收入。"), "file")
