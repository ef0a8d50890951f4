"""The dialogs of a comparison: whose list it is, and what is to be done with one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.domain.comparisons import ONLY_THERE, POSSIBLE
from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.comparisons import Beside, ComparisonDetail
from desktop.ui.kit.basics import Pill, button, label
from desktop.ui.kit.choices import SeveralChips
from desktop.ui.kit.form import Field, area_field, text_field
from desktop.ui.kit.layouts import Item, column, frame, row, scroll, separator
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.theme import px

TONES = {
    "matched": ("ok", "check"), "different": ("warn", "git-compare"), "possible": ("info", "circle-help"),
    "only_there": ("bad", "user-plus"), "only_here": ("off", "house"),
}  # fmt: skip
ASK, IGNORE = "ask", "ignore"


@dataclass(frozen=True)
class Acts:
    """What may be done with a line; None where the person at the desk may not."""

    adopt: Callable[[tuple[str, ...]], object] | None
    survey: Callable[[], object] | None
    decide: Callable[[str, str], object]
    open_file: Callable[[], object]


def ask_name(window: QWidget, proposed: str, on_name: Callable[[str], object]) -> Modal:
    """Ask whose list it is; the results of several months are told apart by it."""
    name = text_field(max_length=50)
    name.setText(proposed)
    field = Field(tr("这是谁的名单"), name, hint=tr("如：卫健委在管患者名单（第一季度）"), required=True)
    words = tr("名单只用来比对，不会新建档案。比对结果留在本机，不会交接出去。")
    yes = button(tr("开始比对"), "git-compare", "primary")
    modal = Modal(
        window, tr("比对对方的名单"), frame(column(label(words, "sub", wrapped=True), field, spacing=10)), (yes,), 480
    )

    def agree() -> None:
        given = name.text().strip()
        if given:
            modal.finish()
            on_name(given)

    yes.clicked.connect(agree)
    return modal


class LineView(QWidget):
    """Every field of both sides; of those that differ the ones to take over can be chosen, and words be given."""

    def __init__(self, codes: Codes, detail: ComparisonDetail) -> None:
        super().__init__()
        found, differing = detail.row, [one for one in detail.fields if one.differs]
        ordered = sorted(detail.fields, key=lambda one: not one.differs)  # what is in question comes first
        verdict = codes.label("comparison_verdict", found.verdict)
        tone, icon = TONES[found.verdict]
        head = [Pill(verdict, tone, icon), label(found.file_no or tr("本站没有档案"), "note"), None]
        earlier = [label(tr("上次：{what}", what=found.earlier), "note", wrapped=True)] if found.earlier else []
        fields = scroll(frame(column(_heads(), *(_beside(one) for one in ordered), None, spacing=0)))
        fields.setMinimumHeight(px(170))
        self.chosen = SeveralChips([(one.name, one.label) for one in differing])
        self.chosen.set_value([one.name for one in differing])
        self.chosen.setAccessibleName(tr("要采用对方的哪几项"))
        self.words = area_field(tr("问谁、问什么；或为什么不处理"), height=56)
        self.words.setPlainText(found.reason)
        taken: list[Item] = [label(tr("采用对方的哪几项"), "note"), self.chosen] if differing and found.file_no else []
        said = Field(tr("说明（要问或不处理时填）"), self.words)
        self.setLayout(column(row(*head, spacing=8), *earlier, (fields, 1), *taken, said, spacing=10))


def ask_line(window: QWidget, codes: Codes, detail: ComparisonDetail, acts: Acts) -> Modal:
    """Show one line with both sides, and do what is chosen."""
    view, found = LineView(codes, detail), detail.row
    left: list[QPushButton] = []
    if found.person_id:
        left.append(button(tr("打开档案"), "folder-open", "ghost"))
    ask, ignore = button(tr("要问"), "circle-help"), button(tr("不处理"), "x")
    ways = [ask, ignore]
    if found.decision in (ASK, IGNORE):
        ways.insert(0, button(tr("重新待处理"), "undo-2"))
    if found.verdict == ONLY_THERE and acts.survey is not None:
        ways.append(button(tr("列入摸底"), "list-checks", "primary"))
    elif found.person_id and acts.adopt is not None and view.chosen.values():
        ways.append(button(tr("采用对方的"), "check", "primary"))
    elif found.verdict == POSSIBLE and acts.adopt is not None:
        ways.append(button(tr("是同一人"), "check", "primary"))
    is_done = found.decision in ("adopt", "survey")
    modal = Modal(window, found.name, view, () if is_done else tuple(ways), 720, tuple(left))
    _connect(modal, view, acts, {each.text().strip(): each for each in (*ways, *left)})
    return modal


def _connect(modal: Modal, view: LineView, acts: Acts, buttons: dict[str, QPushButton]) -> None:
    def finish(what: Callable[[], object]) -> Callable[[], None]:
        def agree() -> None:
            modal.finish()
            what()

        return agree

    def settle() -> None:
        for name in (tr("要问"), tr("不处理")):
            buttons[name].setEnabled(bool(view.words.value().strip()))
        if tr("采用对方的") in buttons:
            buttons[tr("采用对方的")].setEnabled(bool(view.chosen.values()))

    def adopt() -> None:
        if acts.adopt is not None:
            acts.adopt(view.chosen.values())

    def survey() -> None:
        if acts.survey is not None:
            acts.survey()

    told: dict[str, Callable[[], object]] = {
        tr("要问"): lambda: acts.decide(ASK, view.words.value()),
        tr("不处理"): lambda: acts.decide(IGNORE, view.words.value()),
        tr("重新待处理"): lambda: acts.decide("", ""),
        tr("采用对方的"): adopt,
        tr("是同一人"): adopt,
        tr("列入摸底"): survey,
        tr("打开档案"): acts.open_file,
    }
    for name, each in buttons.items():
        each.clicked.connect(finish(told[name]))
    view.words.edited.connect(settle)
    view.chosen.picked.connect(lambda _: settle())
    settle()


def _heads() -> QFrame:
    words = (tr("对方的名单"), tr("本站的档案"))
    line = row(_fixed(label("", "note"), 120), *((label(word, "note"), 1) for word in words), spacing=14)
    return frame(column(line, separator(), spacing=6))


def _beside(one: Beside) -> QFrame:
    tone = "warn" if one.differs else ""
    values = [(label(words or "—", "fact", wrapped=True, tone=tone), 1) for words in (one.theirs, one.ours)]
    name = _fixed(label(one.label, "medium" if one.differs else "small", wrapped=True), 120)
    made = frame(column(row(name, *values, spacing=14, margins=(0, 5, 0, 5)), separator(), spacing=0))
    made.setAccessibleName(
        tr("{label}：对方“{theirs}”，本站“{ours}”", label=one.label, theirs=one.theirs, ours=one.ours)
    )
    return made


def _fixed(widget: QWidget, width: int) -> QWidget:
    widget.setFixedWidth(px(width))
    return widget
