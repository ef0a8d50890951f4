"""One tab of the institution file: its lists at the left, the entry chosen at the right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.institution import OWNERS, Entry
from desktop.i18n import tr
from desktop.ui.institution.columns import columns_of
from desktop.ui.institution.panel import EntryPanel
from desktop.ui.institution.viewmodel import NEW, InstitutionModel, titles
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.layouts import Item, column, frame, row
from desktop.ui.kit.messages import EmptyState
from desktop.ui.kit.panes import TwoPanes
from desktop.ui.kit.records import RecordCard, RecordsModel, RecordTable


def _why(kind: str) -> str:
    return {
        "price": tr("收费要明码标价；免费的项目也写上，印出来就是“免费”。"),
        "plan": tr("每修订一次记一条，旧的留着。"),
        "drill": tr("演练过一次记一条。"),
        "insurance": tr("雇主责任险、意外险、职业责任险，按保单登记。"),
        "contract": tr("登记合同，再在下面写约定的数量。"),
        "contract_line": tr("写上约定的数量，程序数得出的会自动对比。"),
        "inspection": tr("登记一次检查，再在下面写发现的问题和期限。"),
        "finding": tr("没有发现问题就不用写；有期限的会出现在今日工作里。"),
        "staff_training": tr("每人每次培训记一条，程序按人按年合计学时。"),
    }[kind]


class EntryList(QWidget):
    """One list with its title and the button for a new entry."""

    new_wanted = Signal()

    def __init__(self, kind: str, model: InstitutionModel, *actions: QPushButton) -> None:
        super().__init__()
        self.kind, self._model = kind, model
        new, words = titles(kind)
        self.table = RecordTable(RecordsModel(columns_of(kind, model), lambda entry: entry.id), words, 48)
        self.new = button(new, "plus", small=True, on_click=self.new_wanted.emit)
        self.new.setEnabled(model.may_amend)
        head: Item = row(label(words, "h3"), None, *actions, self.new)
        self.card = RecordCard(self.table, head)
        self.setLayout(column(self.card, spacing=0))

    def put(self, rows: tuple[Entry, ...], has_owner: bool = True) -> None:
        """Show entries; without an entry above there is nothing to hang new ones on."""
        self.table.show_records(rows)
        self.new.setEnabled(self._model.may_amend and has_owner)
        empty = EmptyState("file-text", tr("还没有记录"), _why(self.kind), tone="off")
        self.card.show_instead(None if rows else empty)
        self.card.set_footer(tr("共 {n} 条", n=len(rows)))


class Section(QWidget):
    """Lists and panel of one tab; what stands below follows the entry chosen above."""

    def __init__(self, model: InstitutionModel, kinds: tuple[str, ...], *actions: QPushButton) -> None:
        super().__init__()
        self.model, self.kinds = model, kinds
        self.panel = EntryPanel(model, kinds)
        self.lists = {kind: EntryList(kind, model, *(() if number else actions)) for number, kind in enumerate(kinds)}
        self._wanted: tuple[str, str] | None = None
        left = frame(column(*((each, 1) for each in self.lists.values()), spacing=10))
        self.panes = TwoPanes(left, self.panel, (8, 5))
        self.setLayout(column((self.panes, 1), spacing=0))
        for kind, each in self.lists.items():
            each.new_wanted.connect(partial(self.begin, kind))
            each.table.row_chosen.connect(self._choose)
            each.table.row_activated.connect(self._open)
        self.panel.left.connect(self._back)
        self.panel.saved.connect(self._saved)
        self.panes.fitted.connect(self.panel.back.setHidden)
        self.panel.back.setHidden(True)
        model.loaded.connect(self._show)
        model.counted.connect(self._repaint)

    @property
    def owner_id(self) -> str:
        """The entry of the upper list on which the lower one hangs."""
        current = self.lists[self.kinds[0]].table.current_record()
        return current.id if isinstance(current, Entry) else ""

    def begin(self, kind: str) -> None:
        """Open an empty form for a new entry."""
        values = {OWNERS[kind]: self.owner_id} if kind in OWNERS else {}
        if kind == "finding":
            values["state"] = "open"
        self.panel.put(Entry(kind, values), with_focus=True)
        self.panes.turn(True)

    def want(self, kind: str, entry_id: str) -> None:
        """Show one entry as soon as the lists are known."""
        self._wanted = (kind, entry_id)

    def default_focus(self) -> QWidget:
        """Return the upper list."""
        return self.lists[self.kinds[0]].table

    def _show(self) -> None:
        upper = self.lists[self.kinds[0]]
        upper.put(self.model.rows[self.kinds[0]])
        self._go_to_wanted()
        if not self.owner_id and self.model.rows[self.kinds[0]]:
            upper.table.selectRow(0)
        self._show_below()
        if self.panel.entry.id:  # the newer version of what is shown
            found = [row for row in self.model.rows[self.panel.entry.kind] if row.id == self.panel.entry.id]
            self.panel.put(found[0] if found else Entry(self.panel.entry.kind))

    def _go_to_wanted(self) -> None:
        """Choose the entry that was asked for, and what it stands below."""
        if self._wanted is None:
            return
        (kind, entry_id), self._wanted = self._wanted, None
        found = next((row for row in self.model.rows[kind] if row.id == entry_id), None)
        above = found.owner_id if found is not None else entry_id.removeprefix(NEW)
        self.lists[self.kinds[0]].table.choose(above or entry_id)
        self._show_below()
        if found is None:
            self.begin(kind)
        else:
            self.lists[kind].table.choose(entry_id)
            self._open(found)

    def _show_below(self) -> None:
        for kind in self.kinds[1:]:
            has_owner = bool(self.owner_id) or kind == "drill"
            self.lists[kind].put(self.model.below(kind, self.owner_id) if has_owner else (), has_owner)
        if "contract_line" in self.kinds and self.owner_id:
            self.model.count(self.owner_id)

    def _choose(self, entry: Entry) -> None:
        self.panel.put(entry)
        if entry.kind == self.kinds[0]:
            self._show_below()

    def _open(self, entry: Entry) -> None:
        self.panel.put(entry, with_focus=True)
        self.panes.turn(True)

    def _back(self) -> None:
        self.panes.turn(False)
        self.lists[self.panel.entry.kind].table.setFocus()

    def _saved(self, entry_id: str) -> None:
        kind = self.panel.entry.kind
        if entry_id:
            self.want(kind, entry_id)
        else:
            self.panel.put(Entry(kind))
        self.panes.turn(False)
        self.model.reload()

    def _repaint(self) -> None:
        if "contract_line" in self.lists:
            self.lists["contract_line"].table.viewport().update()
