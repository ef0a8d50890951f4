"""What the screens of joined files show and decide."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.services.joins import JoinDraft, JoinPlan, JoinRow, PairRow
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

ALIKE, DISTINCT, JOINED = "alike", "distinct", "joined"


class JoinsViewModel(ViewModel):
    """Pairs that look alike, pairs that are two people, joins that were made: one of the three shows."""

    loaded = Signal()
    done = Signal(str)  # what was done: distinguished, reconsidered, parted
    found = Signal(str, str)  # ids of two files that somebody named
    refused = Signal(object)  # KangyiError: the list is as it was

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.kind = ALIKE
        self.rows: tuple[PairRow | JoinRow, ...] = ()
        self.is_asking = False
        self.watch("person", "person_join", "distinct_pair")

    def pick(self, kind: str) -> None:
        """Show one of the three lists."""
        self.kind, self.rows = kind, ()
        self.reload()

    def reload(self) -> None:
        """Ask for the list that shows."""
        joins, kind = self.bench.services.joins, self.kind
        self.is_asking = True

        def read() -> tuple[PairRow | JoinRow, ...]:
            return joins.rows() if kind == JOINED else joins.pairs(is_settled=kind == DISTINCT)

        self.ask(read, self._take)

    def distinguish(self, pair: PairRow) -> None:
        """Remember that two files are two people."""
        joins, ids = self.bench.services.joins, (pair.one.id, pair.other.id)
        self.act(lambda: joins.distinguish(*ids), lambda _: self.done.emit("distinguished"), self.refused.emit)

    def reconsider(self, pair: PairRow) -> None:
        """Forget that two files were called two people."""
        joins, ids = self.bench.services.joins, (pair.one.id, pair.other.id)
        self.act(lambda: joins.reconsider(*ids), lambda _: self.done.emit("reconsidered"), self.refused.emit)

    def find_two(self, file_no: str, other_no: str) -> None:
        """Look two files up by their numbers, for whom knows what the program cannot."""
        people = self.bench.services.people

        def read() -> tuple[str, str]:
            return people.id_of(file_no), people.id_of(other_no)

        self.ask(read, lambda ids: self.found.emit(*ids), self.refused.emit, about="two")

    def part(self, row: JoinRow, reason: str) -> None:
        """Undo a join."""
        joins = self.bench.services.joins
        self.act(lambda: joins.part(row.id, reason), lambda _: self.done.emit("parted"), self.refused.emit)

    def _take(self, rows: tuple[PairRow | JoinRow, ...]) -> None:
        self.rows, self.is_asking = rows, False
        self.loaded.emit()


class JoinViewModel(ViewModel):
    """Two files side by side: which is kept, and from which side each field comes."""

    loaded = Signal()
    joined = Signal(str)  # id of the kept file
    distinguished = Signal()
    refused = Signal(object)  # KangyiError: nothing was changed

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.kept_id = self.gone_id = ""
        self.plan: JoinPlan | None = None
        self.sides: dict[str, str] = {}

    def open(self, kept_id: str, gone_id: str) -> None:
        """Lay two files side by side."""
        self.kept_id, self.gone_id, self.plan, self.sides = kept_id, gone_id, None, {}
        joins = self.bench.services.joins
        self.ask(lambda: joins.plan(kept_id, gone_id), self._take)

    def swap(self) -> None:
        """Keep the other file."""
        self.open(self.gone_id, self.kept_id)

    def choose(self, name: str, side: str) -> None:
        """Take a field from one side."""
        self.sides[name] = side

    def choose_all(self, side: str) -> None:
        """Take every field from one side."""
        for line in self.plan.lines if self.plan else ():
            self.sides[line.name] = side
        self.loaded.emit()

    def side_of(self, name: str, proposed: str) -> str:
        """Return the side a field comes from."""
        return self.sides.get(name, proposed)

    def join(self, reason: str) -> None:
        """Make one file of the two."""
        if self.plan is None:
            return
        draft = JoinDraft(self.kept_id, self.gone_id, self.plan.revisions, dict(self.sides), reason)
        joins = self.bench.services.joins
        self.act(lambda: joins.join(draft), lambda _: self.joined.emit(draft.kept_id), self.refused.emit)

    def distinguish(self) -> None:
        """Remember that these are two people."""
        joins, ids = self.bench.services.joins, (self.kept_id, self.gone_id)
        self.act(lambda: joins.distinguish(*ids), lambda _: self.distinguished.emit(), self.refused.emit)

    def _take(self, plan: JoinPlan) -> None:
        self.plan = plan
        self.loaded.emit()
