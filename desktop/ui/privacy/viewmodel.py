"""What the screens about personal information show and do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.i18n import tr
from desktop.services.privacy import ArchiveRow, ErasurePlan, PersonPrivacy, RequestDraft, RequestRow
from desktop.ui.kit.papers import PaperDesk
from desktop.ui.kit.recording import RecordModel
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.domain.faults import Fault

WATCHED = ("privacy_request", "person", "episode")
ACCESS, ANSWER = "privacy_access", "privacy_answer"


class RequestsViewModel(ViewModel):
    """The requests of the station."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.state = "open"
        self.rows: tuple[RequestRow, ...] = ()
        self.watch(*WATCHED)

    def reload(self) -> None:
        """Ask for the list."""
        self.ask(self.bench.services.privacy.rows, self._take)

    def pick(self, state: str) -> None:
        """Show one state, or all."""
        self.state = state
        self.loaded.emit()

    def shown(self) -> tuple[RequestRow, ...]:
        """Return the requests in the state that is picked."""
        return tuple(row for row in self.rows if self.state in ("", row.state))

    def states(self) -> list[tuple[str, str]]:
        """Return the chips with their numbers."""
        chips = [
            (each.code, f"{each.label} {sum(row.state == each.code for row in self.rows)}")
            for each in self.bench.services.codes.choices("privacy_state")
        ]
        return [*chips, ("", tr("全部 {n}", n=len(self.rows)))]

    def _take(self, rows: tuple[RequestRow, ...]) -> None:
        self.rows = rows
        self.loaded.emit()


class PersonPrivacyViewModel(ViewModel):
    """How one file stands, what was asked, and what the head may do about it."""

    loaded = Signal()
    done = Signal(str)  # what was done, in words

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.person_id = ""
        self.found: PersonPrivacy | None = None
        self.watch(*WATCHED)

    def open(self, person_id: str) -> None:
        """Turn to one client; nothing of the one before stays."""
        if person_id != self.person_id:
            self.person_id, self.found = person_id, None
            self.loaded.emit()
        self.reload()

    def reload(self) -> None:
        """Ask again for what is shown."""
        privacy, person_id = self.bench.services.privacy, self.person_id
        if person_id:
            self.ask(lambda: privacy.of(person_id), self._take)

    def restrict(self, reason: str) -> None:
        """Close the file to views."""
        privacy, person_id = self.bench.services.privacy, self.person_id
        self._do(lambda: privacy.restrict(person_id, reason), tr("已限制处理"))

    def lift(self, reason: str) -> None:
        """Open the file again."""
        privacy, person_id = self.bench.services.privacy, self.person_id
        self._do(lambda: privacy.lift(person_id, reason), tr("已解除限制"))

    def look(self, reason: str) -> None:
        """Let the head look until the lock."""
        privacy, person_id = self.bench.services.privacy, self.person_id
        self._do(lambda: privacy.open(person_id, reason), tr("可以查看了，锁屏后重新关上"))

    def archive(self, retention: str) -> None:
        """Put the file away."""
        privacy, person_id = self.bench.services.privacy, self.person_id
        self._do(lambda: privacy.archive(person_id, retention), tr("已归档"))

    def reenter(self, reason: str) -> None:
        """Take the file out again."""
        privacy, person_id = self.bench.services.privacy, self.person_id
        self._do(lambda: privacy.reenter(person_id, reason), tr("已重新入站"))

    def answer(self, row: RequestRow, state: str, words: str) -> None:
        """Close a request with an answer."""
        privacy = self.bench.services.privacy
        self._do(lambda: privacy.answer(row.id, row.revision, state, words), tr("已答复"))

    def _do(self, job: Callable[[], object], words: str) -> None:
        def finish(_: object) -> None:
            self.done.emit(words)
            self.reload()

        self.act(job, finish)

    def _take(self, found: PersonPrivacy) -> None:
        self.found = found
        self.loaded.emit()


@dataclass(frozen=True)
class OpenedRequest:
    """The form, and whose file it is about."""

    name: str
    file_no: str
    draft: RequestDraft


class RequestFormViewModel(RecordModel[RequestDraft]):
    """One request being written down."""

    area, table, key = "privacy", "privacy_request", "request_id"

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, RequestDraft(), parent)
        self.name = ""

    def open(self, person_id: str, kind: str) -> None:
        """Begin a request; then look for an unfinished one."""
        privacy, today = self.bench.services.privacy, self.bench.today().isoformat()

        def read() -> OpenedRequest:
            found = privacy.of(person_id)
            return OpenedRequest(found.name, found.file_no, RequestDraft(person_id, kind, today))

        self.ask(read, self._begin)

    def check(self, draft: RequestDraft) -> tuple[Fault, ...]:
        return self.bench.services.privacy.check(draft)

    def write(self, draft: RequestDraft, reason: str) -> str:
        return self.bench.services.privacy.ask(draft)

    def title_of(self, draft: RequestDraft) -> str:
        return tr("个人信息请求：{name}", name=self.name)

    def _begin(self, opened: OpenedRequest) -> None:
        self.name = opened.name
        self.begin(opened, opened.draft.person_id)


class PrivacyPaperViewModel(ViewModel):
    """The access pack or the answer on the desk; a pack that was issued closes its request."""

    closed = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.desk = PaperDesk(bench, self)
        self._request: RequestRow | None = None
        self._kind = ACCESS
        self.desk.issued.connect(self._close)

    def open(self, person_id: str, request_id: str, kind: str) -> None:
        """Make the paper for a request and find the printers."""
        self._kind = kind
        privacy = self.bench.services.privacy
        make = privacy.prepare_access if kind == ACCESS else privacy.prepare_answer
        self.desk.find_printers()
        self.desk.prepare(lambda: make(request_id))
        self.ask(lambda: privacy.of(person_id), lambda found: self._take(found, request_id))

    def _take(self, found: PersonPrivacy, request_id: str) -> None:
        self._request = next((row for row in found.requests if row.id == request_id), None)

    def _close(self, document_id: str) -> None:
        request, privacy = self._request, self.bench.services.privacy
        if request is not None and self._kind == ACCESS and request.state == "open":
            words = tr("已提供查阅复制材料。")
            self.act(
                lambda: privacy.answer(request.id, request.revision, "done", words, document_id),
                lambda _: self.closed.emit(),
            )


class ErasureViewModel(ViewModel):
    """What an erasure would do, and doing it."""

    loaded = Signal()
    erased = Signal()
    refused = Signal(object)  # KangyiError

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.person_id = ""
        self.plan: ErasurePlan | None = None

    def open(self, person_id: str) -> None:
        """Ask what would go and what would stay."""
        privacy, self.person_id, self.plan = self.bench.services.privacy, person_id, None
        self.ask(lambda: privacy.erasure_plan(person_id), self._take)

    def erase(self, typed: str, reason: str) -> None:
        """Do it."""
        privacy, person_id = self.bench.services.privacy, self.person_id
        self.act(lambda: privacy.erase(person_id, typed, reason), lambda _: self.erased.emit(), self.refused.emit)

    def _take(self, plan: ErasurePlan) -> None:
        self.plan = plan
        self.loaded.emit()


class ArchiveViewModel(ViewModel):
    """Archived files, those ready for it, those whose time is over."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.which = "archived"
        self.rows: tuple[ArchiveRow, ...] = ()
        self.watch(*WATCHED)

    def pick(self, which: str) -> None:
        """Show one of the three lists."""
        self.which = which
        self.reload()

    def reload(self) -> None:
        """Ask for the list."""
        privacy, which = self.bench.services.privacy, self.which
        self.ask(lambda: privacy.archived(which), self._take)

    def _take(self, rows: tuple[ArchiveRow, ...]) -> None:
        self.rows = rows
        self.loaded.emit()
