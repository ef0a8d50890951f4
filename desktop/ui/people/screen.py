"""The list of clients (服务对象): search as you type, filters with numbers, thousands of rows by pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.people import PeopleFilters, PersonRow
from desktop.ui.kit.basics import button
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.fields import text_field, trailing_action
from desktop.ui.kit.files import choose_target
from desktop.ui.kit.layouts import FlowBox, column, page, row
from desktop.ui.kit.menus import Way, ways_button
from desktop.ui.kit.messages import EmptyState, failed_state, failure_text
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.theme import icon
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.columns import people_columns
from desktop.ui.people.list_dialogs import (
    active_filters,
    ask_columns,
    ask_export,
    ask_filters,
    ask_reason,
    ask_view,
    kinds_of,
)
from desktop.ui.people.viewmodel import PeopleViewModel

WAYS = (
    Way(tr("摸底"), "list-checks", "surveys", "surveys.read"),
    Way(tr("应享未享"), "hand-heart", "benefit_claims", "benefits.read"),
    Way(tr("缺材料名单"), "file-question", "file_gaps", "people.read"),
    Way(tr("个人信息请求"), "shield-check", "privacy_requests", "privacy.read"),
    Way(tr("归档与保管期限"), "archive", "archive", "privacy.read"),
    Way(tr("信息比对"), "scale", "comparisons", "comparisons.read"),
    Way(tr("可能重复的档案"), "git-compare", "joins", "joins.read"),
    Way(tr("补录旧文书"), "clipboard-pen", "paper_grid", "consents.sign"),
)  # lists and sheets about clients that the head has no room for


class PeopleScreen(Screen):
    """Type to search, arrows to choose, Enter to open, Ctrl+N for a new file."""

    title = tr("服务对象")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = PeopleViewModel(bench, self)
        self.search = text_field(tr("搜索姓名、拼音首字母（如 wxy）、证件号几位、电话、村名、监护人、诊断"), "search")
        self.clear = trailing_action(self.search, "x", tr("清除搜索"))
        self.clear.setVisible(False)
        self.search.setAccessibleName(tr("搜索服务对象"))
        self.chips = Chips(self.model.filters(), name=tr("筛选服务对象"))
        columns = people_columns(bench.services.codes, bench.today(), self.model.name_of)
        self.records = RecordsModel(columns, lambda row: row.id)
        self.table = RecordTable(self.records, tr("服务对象列表"), 54)
        self.table.allow_many()
        self.active = FlowBox(spacing=6)  # the filters in force, a click takes one away
        self.active.hide()
        tools = row((self.search, 1), *self._tools(), spacing=6)
        self.card = RecordCard(self.table, column(tools, self.chips, self.active, spacing=10))
        self.head = PageHeader(tr("服务对象"), "", self._actions())
        self.set_page(page(self.head, (self.card, 1)))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Show the list anew; `only` picks a filter chip."""
        if "only" in params:
            self.chips.set_value(params["only"])
            self.model.pick(params["only"])
        self.model.reload()

    def leave(self) -> bool:
        self.hide_revealed()
        return True

    def hide_revealed(self) -> None:
        self.model.hide_names()

    def default_focus(self) -> QWidget | None:
        return self.search

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._search_key(event) if watched is self.search else self._table_key(event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._keep_escape(event)
        return False

    def _actions(self) -> tuple[QWidget, ...]:
        go, may = self.bench.go, self.bench.may
        more = ways_button(tr("更多"), "ellipsis", self, self.bench, WAYS)
        roster = button(tr("导入花名册"), "file-spreadsheet", on_click=lambda: go("imports"))
        roster.setEnabled(may("imports.take"))
        new = button(tr("新建档案"), "user-plus", "primary", on_click=lambda: go("person_form"))
        new.setEnabled(may("people.register"))
        new.setToolTip(tr("新建档案（Ctrl+N）"))
        return more, roster, new

    def _tools(self) -> tuple[QWidget, ...]:
        may = self.bench.may
        self.names = button("", "eye", "square", name=tr("显示全名"), on_click=self._ask_names)
        self.names.setEnabled(may("people.reveal"))
        export = button("", "file-down", "square", name=tr("导出名单"), on_click=self._ask_export)
        export.setEnabled(may("people.export"))
        return (
            button(tr("筛选"), "list-filter", on_click=self._ask_filters),
            button("", "table-2", "square", name=tr("列与排序"), on_click=self._ask_columns),
            button("", "star", "square", name=tr("我的视图"), on_click=self._ask_view),
            self.names,
            export,
        )

    def _ask_filters(self) -> None:
        kinds = kinds_of(self.bench.services.codes, self.model.villages)
        ask_filters(self.window(), kinds, self.model.query.filters, self.model.narrow)

    def _ask_columns(self) -> None:
        query = self.model.query
        sorting = (query.sort, query.is_descending)
        ask_columns(self.window(), self.records.columns, self.model.hidden, sorting, self.model.arrange)

    def _ask_view(self) -> None:
        model = self.model
        ask_view(self.window(), model.views, model.use_view, model.keep_view, model.discard_view)

    def _ask_names(self) -> None:
        if self.model.is_hiding:
            ask_reason(self.window(), self.bench.services.codes, tr("显示全名"), self.model.reveal_names)
        else:
            self.model.hide_names()

    def _ask_export(self) -> None:
        ask_export(self.window(), self.bench.services.codes, self.bench.may("people.reveal"), self._export)

    def _export(self, columns: tuple[str, ...], is_full: bool, reason: str) -> None:
        name = Path.home() / tr("服务对象 {day}.xlsx", day=self.bench.today().isoformat())
        target = choose_target(self, tr("导出名单"), name, tr("表格 (*.xlsx)"))
        if target is not None:
            self.model.export(columns, target, is_full, reason, self._say_exported)

    def _say_exported(self, number: int) -> None:
        self.bench.toast(tr("已导出 {n} 人。表格不加密，用完请删除。", n=number))

    def _show_names(self) -> None:
        is_hiding = self.model.is_hiding
        self.names.setVisible(self.model.is_masked)
        self.names.setIcon(icon("eye" if is_hiding else "eye-off", "text2", 16))
        self.names.setAccessibleName(tr("显示全名") if is_hiding else tr("遮盖姓名"))
        self.names.setToolTip(self.names.accessibleName())
        self.table.viewport().update()

    def _show_arranged(self) -> None:
        """Show columns, sorting and the filters in force as the view-model has them."""
        query = self.model.query
        self.chips.set_value(query.only)
        self.table.hide_columns(self.model.hidden)
        self.records.show_sorting(query.sort, query.is_descending)
        for chip in self.active.findChildren(QPushButton):
            self.active.flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        found = active_filters(query.filters, self.bench.services.codes)
        for name, code, words in found:
            take = button(words, "x", small=True, name=tr("去掉筛选“{words}”", words=words))
            take.clicked.connect(lambda _=False, name=name, code=code: self.model.widen(name, code))
            self.active.add(take)
        self.active.setVisible(bool(found))

    def _connect(self) -> None:
        self.model.refused.connect(lambda trouble: self.bench.toast(failure_text(trouble).sentence))
        self.model.arranged.connect(self._show_arranged)
        self.model.names_changed.connect(self._show_names)
        self.table.sort_wanted.connect(self.model.sort_by)
        self.table.hide_columns(self.model.hidden)
        self.search.textChanged.connect(self.model.search)
        self.search.textChanged.connect(lambda text: self.clear.setVisible(bool(text)))
        self.clear.triggered.connect(self.search.clear)
        self.chips.picked.connect(self.model.pick)
        self.records.more_wanted.connect(lambda: self.model.more(self.records.lacking))
        self.table.row_activated.connect(self.open)
        self.model.replaced.connect(self._show)
        self.model.added.connect(self._show_more)
        self.model.counted.connect(self._show_counts)
        self.model.failed.connect(self._say_failure)
        self.search.installEventFilter(self)
        self.table.installEventFilter(self)
        new = QShortcut(QKeySequence.StandardKey.New, self)
        new.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        new.activated.connect(lambda: self.bench.go("person_form"))
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)

    def open(self, row: PersonRow) -> None:
        """Open the file of a row."""
        self.bench.go("person", person_id=row.id)

    def _keep_escape(self, event: QKeyEvent) -> None:
        """Take Esc before the shell goes back: it empties the search first."""
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            event.accept()

    def _search_key(self, event: QKeyEvent) -> bool:
        """Let the arrows choose and Enter open while the search has the focus."""
        key = event.key()
        if self.search.is_composing:
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)
            else:
                self.table.keyPressEvent(event)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row = self.table.current_record() or self.records.record(0)
            if row is not None:
                self.open(row)
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return False

    def _table_key(self, event: QKeyEvent) -> bool:
        """Carry what is typed in the list over to the search."""
        typed = event.text()
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        is_plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not typed.strip() or not typed.isprintable() or not is_plain:
            return False
        self.search.setFocus()
        self.search.setText(self.search.text() + typed)
        return True

    def _show(self) -> None:
        self.table.show_records(self.model.rows, self.model.total)
        self.card.show_instead(None if self.model.rows else self._nothing())
        self._show_footer()

    def _show_more(self, rows: tuple[PersonRow, ...]) -> None:
        self.records.append(rows)
        self._show_footer()

    def _show_footer(self) -> None:
        shown, total = len(self.model.rows), self.model.total
        words = tr("共 {n} 人", n=total)
        if shown < total:
            words = tr("已显示 1–{n}，共 {total} 人；向下滚动接着看", n=shown, total=total)
        self.card.set_footer(words, tr("↑ ↓ 选人 · Enter 打开 · Ctrl+N 新建"))

    def _show_counts(self) -> None:
        counts = self.model.counts
        self.chips.set_options(self.model.filters())
        self.head.set_sentence(tr("共 {n} 人 · 服务中 {m} 人", n=counts.get("all", 0), m=counts.get("in_service", 0)))

    def _nothing(self) -> EmptyState:
        if self.model.query.search:
            return EmptyState(
                "search", tr("没有找到“{text}”", text=self.model.query.search),
                tr("试试姓名、拼音、证件号、电话、村名、监护人或诊断。"), tr("清除搜索"), self.search.clear, tone="off",
            )  # fmt: skip
        if self.model.is_narrowed:
            return EmptyState("list-filter", tr("这一类没有人"), "", tr("看全部"), self._show_all, tone="off")
        roster = button(tr("导入花名册"), "file-spreadsheet", "ghost", small=True)
        roster.clicked.connect(lambda: self.bench.go("imports"))
        first = (tr("新建第一份档案"), lambda: self.bench.go("person_form"))
        why = tr("可以逐个建档，也可以把花名册一次导入。")
        return EmptyState("users", tr("还没有服务对象"), why, *first, second=roster)

    def _show_all(self) -> None:
        self.chips.set_value("all")
        self.model.pick("all")
        self.model.narrow(PeopleFilters())

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))
