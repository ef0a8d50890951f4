"""The dialogs of the list of clients: filters, columns and sorting, saved views, names in full, export."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtWidgets import QFrame, QWidget

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.people import PeopleFilters
from desktop.services.views import ViewRow
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.choices import Chips, Segments
from desktop.ui.kit.fields import ChoiceField, Tick, text_field
from desktop.ui.kit.labelled import Field
from desktop.ui.kit.layouts import aligned, column, frame, row, scroll, separator
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.records import Column

Options = list[tuple[str, str]]
_KINDS = (
    ("state", tr("状态"), "episode_state"), ("risk", tr("危险性评估"), "danger_level"),
    ("service_class", tr("服务类别"), "service_class"), ("service_mode", tr("服务方式"), "service_mode"),
    ("overdue", tr("已超期"), "duty_kind"), ("missing", tr("档案缺项"), "people_missing"),
    ("lacks", tr("缺材料"), "file_part"),
)  # fmt: skip
_NO_REASON = tr("请先选择事由。")
_OVERDUE = ("consent", "agreement", "visit", "draft")  # duties about one client


def kinds_of(codes: Codes, villages: Sequence[str]) -> list[tuple[str, str, Options]]:
    """Return what can be filtered by: name, words, options."""
    found = [(name, words, [(one.code, one.label) for one in codes.choices(table)]) for name, words, table in _KINDS]
    found[4] = (*found[4][:2], [option for option in found[4][2] if option[0] in _OVERDUE])
    return [*found, ("village", tr("村（居）"), [(village, village) for village in villages])]


def active_filters(filters: PeopleFilters, codes: Codes) -> list[tuple[str, str, str]]:
    """Return what narrows the list: name, code, words."""
    tables = {name: (words, table) for name, words, table in _KINDS}
    found = []
    for name, value in [(kind, value) for kind in vars(filters) for value in getattr(filters, kind)]:
        words, table = tables.get(name, (tr("村（居）"), ""))
        found.append(
            (name, value, tr("{kind}：{value}", kind=words, value=codes.label(table, value) if table else value))
        )
    return found


def ask_filters(
    window: QWidget,
    kinds: Sequence[tuple[str, str, Options]],
    filters: PeopleFilters,
    use: Callable[[PeopleFilters], object],
) -> Modal:
    """Ask what the list is narrowed to; several of one kind widen, several kinds narrow."""
    chips = {name: Chips(options, False, words, getattr(filters, name)) for name, words, options in kinds if options}
    parts = [column(label(words, "small"), chips[name], spacing=5) for name, words, options in kinds if options]
    area = scroll(frame(column(*parts, None, spacing=12)))
    area.setMinimumHeight(360)
    none = button(tr("全部清除"), kind="ghost")
    for each in chips.values():
        none.clicked.connect(lambda _=False, each=each: each.set_values(()))
    done = button(tr("筛选"), kind="primary")
    modal = Modal(window, tr("筛选服务对象"), area, (done,), width=680, left_buttons=(none,))

    def finish() -> None:
        modal.finish()
        use(PeopleFilters(**{name: each.values() for name, each in chips.items()}))

    done.clicked.connect(finish)
    return modal


def ask_columns(
    window: QWidget,
    columns: Sequence[Column],
    hidden: Collection[str],
    sorting: tuple[str, bool],
    use: Callable[[frozenset[str], str, bool], object],
) -> Modal:
    """Ask which columns show and what the list is sorted by; the same as clicking a heading, for the keyboard."""
    ticks = {each.code: Tick(each.title, each.code not in hidden) for each in columns[1:]}
    sorts = ChoiceField([("file_no", tr("档案编号")), *((each.sort, each.title) for each in columns if each.sort)])
    sorts.set_value(sorting[0])
    way = Segments([("up", tr("从前到后")), ("down", tr("从后到前"))], name=tr("顺序"))
    way.set_value("down" if sorting[1] else "up")
    content = frame(column(aligned([*ticks.values()], 4), Field(tr("排序"), sorts), way, spacing=14))
    done = button(tr("确定"), kind="primary")
    modal = Modal(window, tr("列与排序"), content, (done,))

    def finish() -> None:
        modal.finish()
        use(frozenset(code for code, tick in ticks.items() if not tick.value()), sorts.value(), way.value() == "down")

    done.clicked.connect(finish)
    return modal


def ask_view(
    window: QWidget,
    views: Sequence[ViewRow],
    use: Callable[[ViewRow], object],
    keep: Callable[[str], object],
    discard: Callable[[str], object],
) -> Modal:
    """Offer the saved views, and to keep what shows under a name."""
    name = text_field(tr("如：重点对象 · 超期"), max_length=30)
    save = button(tr("保存当前视图"), "save", "primary")
    lines = QFrame()
    content = frame(column(lines, Field(tr("视图名称"), name), spacing=12))
    modal = Modal(window, tr("我的视图"), content, (save,))

    def then(act: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            modal.finish()
            act()

        return run

    made = [_view_line(view, then, use, discard) for view in views if view.name]
    lines.setLayout(column(*(made or [frame(row(label(tr("还没有保存过视图。"), "note")))]), spacing=6))
    save.clicked.connect(lambda: then(lambda: keep(name.value()))() if name.value() else name.setFocus())
    return modal


def _view_line(
    view: ViewRow,
    then: Callable[[Callable[[], object]], Callable[[], None]],
    use: Callable[[ViewRow], object],
    discard: Callable[[str], object],
) -> QWidget:
    take = button(view.name, "list-filter", on_click=then(lambda: use(view)))
    drop = button("", "trash-2", "bare", name=tr("删除视图“{name}”", name=view.name))
    drop.clicked.connect(then(lambda: discard(view.name)))
    return frame(row((take, 1), drop))


def ask_reason(window: QWidget, codes: Codes, title: str, use: Callable[[str], object]) -> Modal:
    """Ask why names or numbers are shown in full; the reason goes into the audit."""
    reasons = _reasons(codes)
    words = label(tr("事由会记入操作日志。离开这一页或遮挡屏幕后，重新遮盖。"), "sub", wrapped=True)
    show = button(tr("显示"), "eye", "primary")
    why = Field(tr("事由"), reasons)
    modal = Modal(window, title, frame(column(words, why)), (show,), width=460)

    def finish() -> None:
        if not reasons.value():
            why.set_fault(_NO_REASON)
            return
        modal.finish()
        use(reasons.value())

    show.clicked.connect(finish)
    return modal


def ask_export(
    window: QWidget, codes: Codes, may_reveal: bool, use: Callable[[tuple[str, ...], bool, str], object]
) -> Modal:
    """Ask for the columns of the sheet, and whether names and numbers stand in it in full, and why."""
    ticks = {one.code: Tick(one.label, True) for one in codes.choices("people_column")}
    full = Tick(tr("导出完整的姓名、证件号码和电话（须选事由，记入操作日志）"))
    full.setEnabled(may_reveal)
    reasons = _reasons(codes)
    reasons.setEnabled(False)
    full.edited.connect(lambda: reasons.setEnabled(full.value()))
    warning = label(tr("导出的表格不加密，请只存到安全的地方，用完删除。"), "sub", wrapped=True)
    why = Field(tr("事由"), reasons)
    content = frame(column(aligned([*ticks.values()], 4), separator(), full, why, warning, spacing=12))
    go = button(tr("选择位置并导出"), "file-spreadsheet", "primary")
    modal = Modal(window, tr("导出名单"), content, (go,), width=640)

    def finish() -> None:
        if full.value() and not reasons.value():
            why.set_fault(_NO_REASON)
            return
        modal.finish()
        chosen = tuple(code for code, tick in ticks.items() if tick.value())
        use(chosen, full.value(), reasons.value() if full.value() else "")

    go.clicked.connect(finish)
    return modal


def _reasons(codes: Codes) -> ChoiceField:
    return ChoiceField([(one.code, one.label) for one in codes.choices("reveal_reason")], tr("请选择"))
