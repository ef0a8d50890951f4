"""A paper or photo being taken in: its pages on the tray, what is done to them, and what it will weigh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.devices.scanners import ScanJob
from desktop.domain.faults import Fault, Verdict
from desktop.domain.scans import WHOLE
from desktop.i18n import tr
from desktop.services.scans import Picture, ScanDraft, Source, Taking, TrayPage, draft_of
from desktop.ui.kit.drafting import DraftKeeper
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.devices.scanners import Scanner
    from desktop.errors import KangyiError
    from desktop.services.drafts import DraftRow

QUALITIES = ("clear", "standard", "small")
_BIG, _SMALL = 1200, 150  # pixels of the page looked at, and of those in the strip
_MEASURED = 4  # pages that are made to tell how much all of them will weigh
_PAUSE = 300  # ms after the last change before the weight is asked for
_ROUND = 150  # ms between two looks at how many pages there are


@dataclass(frozen=True)
class OpenedTray:
    """Who it is for, the printed papers it may belong to, and whether photos may be kept."""

    name: str
    file_no: str
    papers: tuple[tuple[str, str], ...]
    may_photograph: Verdict


class TakingViewModel(ViewModel):
    """Pages are encrypted pieces from the moment they come in; the form that names them saves itself."""

    opened = Signal(object)  # OpenedTray
    resumed = Signal()
    pages_changed = Signal()
    small_known = Signal(int, object)  # place, Picture
    big_known = Signal(int, object)
    weighed = Signal()
    busy_changed = Signal(bool)
    counted = Signal(int)  # pages taken so far of the files under way
    scanners_known = Signal(object)  # tuple[Scanner, ...]
    no_folder = Signal(object)  # KangyiError: the folder of the scanner is not known yet
    kept = Signal(str)  # scan id
    refused = Signal(object)  # KangyiError on keeping

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.keeper = DraftKeeper(bench, "scan", self)
        self.draft = ScanDraft("")
        self.may_photograph: Verdict | None = None
        self.weights: dict[str, int] = {}
        self.is_busy = False
        self._sizes: dict[tuple[TrayPage, str, str], int] = {}
        self._job: Taking | ScanJob | None = None
        self._waiting: tuple[Source, ...] = ()
        self._count = 0
        self._weigh_soon = QTimer(self, singleShot=True, interval=_PAUSE)
        self._weigh_soon.timeout.connect(self._weigh)
        self._watch = QTimer(self, interval=_ROUND)
        self._watch.timeout.connect(lambda: self.counted.emit(self._count))

    def open(self, person_id: str, part: str = "", sources: Sequence[Source] = ()) -> None:
        """Begin for a client, with the pages that were left unfinished and those of `sources`."""
        self.draft, self._waiting = ScanDraft(person_id, part=part), tuple(sources)
        people, scans = self.bench.services.people, self.bench.services.scans

        def read() -> OpenedTray:
            row = people.card(person_id, False).row
            return OpenedTray(row.name, row.file_no, scans.papers(person_id), scans.may_photograph(person_id))

        self.ask(read, self._take_opened, about="open")

    def take(self, sources: Sequence[Source]) -> None:
        """Put the pages of files behind those that are there."""
        scans, taking = self.bench.services.scans, Taking()

        def told(pages: int) -> None:
            self._count = pages  # on a worker: only a number, the window looks at it

        self._begin(taking)
        self.act(lambda: scans.take(sources, told, taking), self._take_pages, self._fail, lane="files")

    def find_scanners(self) -> None:
        """Look which scanners are switched on."""
        scans = self.bench.services.scans
        self._begin(None)

        def done(found: tuple[Scanner, ...]) -> None:
            self._end()
            self.scanners_known.emit(found)

        self.act(scans.scanners, done, self._fail, lane="files")

    def scan(self, device: str, resolution: int, colour: str) -> None:
        """Scan one page behind those that are there."""
        scans, job = self.bench.services.scans, ScanJob()
        self._begin(job)
        self.draft = replace(self.draft, origin="scanner")
        self.act(lambda: scans.scan(device, resolution, colour, job), self._take_pages, self._fail, lane="files")

    def take_newest(self) -> None:
        """Take the newest file of the folder into which the scanner's own program saves."""
        scans = self.bench.services.scans
        self.ask(scans.newest, lambda path: self.take((path,)), self._say_folder, about="newest")

    def set_folder(self, folder: str) -> None:
        """Remember the folder of the scanner on this PC, and take its newest file."""
        settings = self.bench.services.settings
        self.act(lambda: settings.change("scans.folder", folder), lambda _: self.take_newest())

    def stop(self) -> None:
        """Stop what is under way; pages that were there before stay."""
        if self._job is not None:
            self._job.stop()

    def change(self, draft: ScanDraft) -> None:
        """Take over what was typed or chosen, but for the pages."""
        looks_other = draft.colour != self.draft.colour
        self.draft = replace(draft, person_id=self.draft.person_id, pages=self.draft.pages, origin=self.draft.origin)
        self._touch()
        if looks_other:
            self.pages_changed.emit()
        self._weigh_soon.start()

    def turn(self, place: int, quarters: int) -> None:
        """Turn a page clockwise; what was cut off is decided anew."""
        page = self.draft.pages[place]
        self._put(place, replace(page, turns=(page.turns + quarters) % 4, crop=WHOLE))

    def crop(self, place: int, part: tuple[float, float, float, float]) -> None:
        """Keep only a part of a page."""
        self._put(place, replace(self.draft.pages[place], crop=part))

    def move(self, place: int, step: int) -> int:
        """Move a page forward or back; return its new place."""
        pages, to = list(self.draft.pages), place + step
        if not 0 <= to < len(pages):
            return place
        pages[place], pages[to] = pages[to], pages[place]
        self._set_pages(pages)
        return to

    def drop(self, place: int) -> None:
        """Take a page off the tray."""
        pages = list(self.draft.pages)
        del pages[place]
        self._set_pages(pages)

    def ask_small(self, place: int) -> None:
        """Ask for the small picture of a page, as it would be kept."""
        self._ask_picture(place, self.draft.pages[place], _SMALL, self.small_known.emit, f"small {place}")

    def ask_big(self, place: int) -> None:
        """Ask for the whole page, turned but not cut, to be looked at and cut."""
        whole = replace(self.draft.pages[place], crop=WHOLE)
        self._ask_picture(place, whole, _BIG, self.big_known.emit, "big")

    def check(self) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful."""
        return self.bench.services.scans.check(self.draft, self.may_photograph)

    def keep(self) -> None:
        """Keep the paper, then forget the unfinished form and its pages."""
        scans, draft = self.bench.services.scans, self.draft

        def told(pages: int) -> None:
            self._count = pages

        self.keeper.keep_now()
        self._begin(None)
        self.act(lambda: scans.keep(draft, told), self._take_kept, self._refuse, lane="files")

    def give_up(self) -> None:
        """Throw the pages away."""
        self.stop()
        self._forget()

    def _take_opened(self, tray: OpenedTray) -> None:
        self.may_photograph = tray.may_photograph
        self.opened.emit(tray)
        self.keeper.open(self.draft.person_id, self._resume)

    def _resume(self, row: DraftRow | None) -> None:
        if row is not None:
            part = self.draft.part
            self.draft = draft_of(row.content, self.draft)
            if part and not self.draft.part:
                self.draft = replace(self.draft, part=part)
            self.resumed.emit()
            self.pages_changed.emit()
            self._weigh_soon.start()
        if self._waiting:
            sources, self._waiting = self._waiting, ()
            self.take(sources)

    def _take_pages(self, pages: tuple[TrayPage, ...]) -> None:
        self._end()
        if pages:
            self._set_pages([*self.draft.pages, *pages])
            self.keeper.keep_now()  # a page that was scanned is work

    def _take_kept(self, scan_id: str) -> None:
        self._end()
        self._forget()
        self.kept.emit(scan_id)

    def _forget(self) -> None:
        """Discard the unfinished form, and then (the same lane) the pages that only it named."""
        scans, draft = self.bench.services.scans, self.draft
        self.keeper.forget()
        self.act(lambda: scans.let_go(draft), lambda _: None)
        self.draft = ScanDraft(draft.person_id)

    def _put(self, place: int, page: TrayPage) -> None:
        pages = list(self.draft.pages)
        pages[place] = page
        self._set_pages(pages)

    def _set_pages(self, pages: Sequence[TrayPage]) -> None:
        self.draft = replace(self.draft, pages=tuple(pages))
        self._touch()
        self.pages_changed.emit()
        self._weigh_soon.start()

    def _touch(self) -> None:
        self.keeper.touch(tr("材料：{title}", title=self.draft.title or tr("未命名")), asdict(self.draft))

    def _ask_picture(
        self, place: int, page: TrayPage, most: int, told: Callable[[int, Picture], object], about: str
    ) -> None:
        scans, colour = self.bench.services.scans, self.draft.colour
        self.ask(lambda: scans.picture(page, colour, most), lambda picture: told(place, picture), about=about)

    def _weigh(self) -> None:
        """Make the first pages in each quality, one after the other, and tell what all of them will weigh."""
        draft, wanted = self.draft, None
        for place, page in enumerate(draft.pages[:_MEASURED]):
            for quality in QUALITIES:
                if (page, draft.colour, quality) not in self._sizes and wanted is None:
                    wanted = (place, page, quality)
        self._sum()
        if wanted is not None:
            scans, (place, page, quality) = self.bench.services.scans, wanted

            def take(size: int) -> None:
                self._sizes[page, draft.colour, quality] = size
                self._weigh()

            self.ask(lambda: scans.size(draft, place, quality), take, lambda _: None, about="weight", lane="files")

    def _sum(self) -> None:
        self.weights = {}
        for quality in QUALITIES:
            known = [self._sizes.get((page, self.draft.colour, quality)) for page in self.draft.pages[:_MEASURED]]
            sizes = [size for size in known if size is not None]
            if sizes and len(sizes) == len(known):
                self.weights[quality] = round(sum(sizes) / len(sizes) * len(self.draft.pages))
        self.weighed.emit()

    def _begin(self, job: Taking | ScanJob | None) -> None:
        self._job, self._count, self.is_busy = job, 0, True
        self._watch.start()
        self.busy_changed.emit(True)

    def _end(self) -> None:
        self._watch.stop()
        self._job, self.is_busy = None, False
        self.busy_changed.emit(False)

    def _fail(self, trouble: KangyiError) -> None:
        self._end()
        self.failed.emit(trouble)

    def _refuse(self, trouble: KangyiError) -> None:
        self._end()
        self.refused.emit(trouble)

    def _say_folder(self, trouble: KangyiError) -> None:
        (self.no_folder if trouble.code == "no_scan_folder" else self.failed).emit(trouble)
