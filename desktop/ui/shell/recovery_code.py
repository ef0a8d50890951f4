"""The recovery code on the screen: shown once in groups, put on paper, typed back from the paper."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services import keys
from desktop.ui.kit.basics import IconLabel, Tile, button, label
from desktop.ui.kit.choices import Segments
from desktop.ui.kit.fields import Tick, choice_field
from desktop.ui.kit.form import Field
from desktop.ui.kit.layouts import Item, card, column, frame, row
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.painting import CENTER, Painted, draw_box, draw_text
from desktop.ui.kit.texts import SECRET_HINTS
from desktop.ui.kit.theme import color, font, pixmap, px
from desktop.ui.shell.wizard import WizardPage

_FIXED_WIDTH = ["DejaVu Sans Mono", "Consolas", "Noto Sans SC"]


class CodeGroups(Painted):
    """The code in numbered groups, so that it can be read out; the place after the last says what to do."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[str, ...] = ()
        self.setFixedHeight(px(142))

    def set_code(self, code: str) -> None:
        """Show a code."""
        self._groups = tuple(code.split("-"))
        self.setAccessibleName(tr("恢复码：{groups}", groups=" ".join(self._groups)))
        self.update()

    def _cell(self, place: int) -> QRectF:
        gap, height = px(10), px(66)
        width = (self.width() - 3 * gap) / 4
        return QRectF(place % 4 * (width + gap), place // 4 * (height + gap), width, height)

    def draw(self, painter: QPainter) -> None:
        letters = font(23, 700)
        letters.setFamilies(_FIXED_WIDTH)
        letters.setLetterSpacing(letters.SpacingType.AbsoluteSpacing, px(3))
        for place, group in enumerate(self._groups):
            cell = self._cell(place)
            draw_box(painter, cell, "surface2", "border", 10)
            number = QRectF(cell.x() + px(9), cell.y() + px(5), px(30), px(16))
            draw_text(painter, number, str(place + 1), 11, 500, "text3")
            painter.setFont(letters)
            painter.setPen(color("text"))
            painter.drawText(cell.adjusted(px(3), px(8), 0, 0), CENTER.value, group)
        self._draw_envelope(painter, self._cell(7))

    @staticmethod
    def _draw_envelope(painter: QPainter, cell: QRectF) -> None:
        draw_box(painter, cell, "okbg", None, 10)
        painter.drawPixmap(QPointF(cell.x() + px(18), cell.center().y() - px(12)), pixmap("mail", "ok", 24))
        words = QRectF(cell.x() + px(54), cell.y() + px(13), cell.width() - px(60), px(20))
        draw_text(painter, words, tr("封进信封"), 14, 700, "ok")
        draw_text(painter, words.translated(0, px(20)), tr("放进带锁的柜子"), 12, 400, "ok")


def _tip(icon: str, tone: str, title: str, text: str) -> Item:
    return row(
        Tile(icon, tone, 30, 15), (column(label(title, "medium"), label(text, "small", True), spacing=0), 1), spacing=10
    )


class CodePage(WizardPage):
    """Shows the code once and helps to put it on paper: by the printer, or by hand."""

    print_wanted = Signal(str, bool)  # printer, only the empty form

    def __init__(self, code: Callable[[], str], made_on: str) -> None:
        super().__init__()
        self.name = tr("恢复码")
        self._code = code
        self._is_printed = False
        self.groups = CodeGroups()
        self.way = Segments([("print", tr("打印")), ("hand", tr("手抄"))], name=tr("怎样写到纸上"), value="print")
        self.printer = choice_field([], tr("请选择打印机"))
        self.send = button(tr("打印"), "printer", "primary", on_click=self._print)
        self.banner = Banner()
        self.copied = Tick(tr("已经逐组抄到纸上，核对过一遍"))
        self._by_printer = frame(
            row((Field(tr("打印机"), self.printer), 1), column(None, self.send, spacing=0), spacing=10)
        )
        self.form = button(
            tr("打印空白表格"), "printer", "ghost", small=True, on_click=lambda: self._print(is_blank=True)
        )
        self._by_hand = frame(
            column(
                label(tr("在空白表格或白纸上写好站点名称和日期，按 1 到 7 的顺序抄下各组。"), "small", wrapped=True),
                row(self.copied, None, self.form),
                spacing=8,
            )
        )
        self._lay_out(made_on)
        self.way.picked.connect(lambda _: self._settle())
        self.copied.edited.connect(self.changed)
        self._settle()

    def _lay_out(self, made_on: str) -> None:
        head = column(
            label(tr("这是本站的恢复码"), "h2"),
            label(tr("{day} 生成 · 只这一次，不存电子版", day=made_on), "note"),
            spacing=0,
        )
        code = card(
            row(Tile("key-round", "soft", 34, 17), head, None, spacing=12),
            self.groups,
            row(
                IconLabel("info", "text3", 15),
                label(tr("写好后请和屏幕逐组核对一遍"), "note"),
                None,
                label(tr("没有 I、L、O、U 这四个字母"), "note"),
                spacing=6,
            ),
            margins=(20, 14, 20, 12),
        )
        paper = card(
            label(tr("写到纸上"), "h3"),
            self.way,
            self._by_printer,
            self._by_hand,
            self.banner,
            None,
            margins=(20, 14, 20, 14),
        )
        why = card(
            label(tr("它有什么用"), "h3"),
            _tip("lock-open", "ok", tr("忘了密码时打开档案"), tr("谁的密码都不行时，凭它能打开。")),
            _tip("hourglass", "bad", tr("丢了很麻烦"), tr("密码和恢复码都没有了，谁也打不开这些档案。")),
            _tip("camera-off", "warn", tr("不要拍照、不要发微信"), tr("谁拿到它，谁就能打开全部档案。")),
            None,
            margins=(20, 14, 18, 14),
        )
        self.put(code, row((paper, 1), (why, 1), spacing=14), None)

    def enter(self) -> None:
        self.groups.set_code(self._code())

    def set_printers(self, names: tuple[str, ...]) -> None:
        """Offer the printers of the system; without one the code is copied by hand."""
        self.printer.set_options([(name, name) for name in names])
        if names:
            self.printer.set_value(names[0])
        else:
            self.banner.say("info", tr("没有找到打印机，请用笔抄写。"))
            self.way.set_value("hand")
        self._settle()

    def say_printed(self) -> None:
        """The sheet went to the printer."""
        self._is_printed = True
        self.banner.say("ok", tr("已经交给打印机。请取出纸，和屏幕逐组核对。"))
        self._settle()

    def say_blank_printed(self) -> None:
        """The empty form went to the printer."""
        self.banner.say("ok", tr("空白表格已经交给打印机。请用笔抄好，再逐组核对。"))
        self._settle()

    def say_failure(self, trouble: KangyiError) -> None:
        """The printer did not take it."""
        self.banner.say_failure(trouble)
        self._settle()

    def missing(self) -> str:
        if self.way.value() == "print":
            return "" if self._is_printed else tr("打印或抄写好恢复码后才能继续")
        return "" if self.copied.value() else tr("抄好并勾选后才能继续")

    def _print(self, is_blank: bool = False) -> None:
        self.send.setEnabled(False)
        self.print_wanted.emit(self.printer.value(), is_blank)

    def _settle(self) -> None:
        is_print = self.way.value() == "print"
        self._by_printer.setVisible(is_print)
        self._by_hand.setVisible(not is_print)
        self.send.setEnabled(bool(self.printer.value()))
        self.form.setVisible(bool(self.printer.value()))
        self.changed.emit()


class _GroupField(QLineEdit):
    """Four letters of the code; full fields hand the focus on, Backspace in an empty one hands it back."""

    went_back = Signal()
    pasted = Signal(str)

    def __init__(self, number: int) -> None:
        super().__init__()
        letters = font(18, 700)
        letters.setFamilies(_FIXED_WIDTH)
        self.setFont(letters)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(tr("第 {n} 组", n=number))
        self.setInputMethodHints(SECRET_HINTS)  # nothing to compose here, and nothing for an input method to learn
        self.setProperty("edited", None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.went_back.emit()
        else:
            super().keyPressEvent(event)


class TypedBackPage(WizardPage):
    """Proves that the paper is right: the whole code is typed back while it is not on the screen."""

    def __init__(self, code: Callable[[], str]) -> None:
        super().__init__()
        self.name = tr("核对")
        self._code = code
        self.inputs = tuple(_GroupField(number + 1) for number in range(7))
        self._fields = tuple(Field(tr("第 {n} 组", n=number + 1), field) for number, field in enumerate(self.inputs))
        self.sealed = Tick(tr("纸已封进信封，写上日期，放进带锁的柜子"))
        self.told = Tick(tr("已告诉另一位负责人放在哪里"))
        for place, field in enumerate(self.inputs):
            field.textEdited.connect(lambda text, place=place: self._take(place, text))
            field.went_back.connect(lambda place=place: self.inputs[max(0, place - 1)].setFocus())
        for tick in (self.sealed, self.told):
            tick.edited.connect(self.changed)
        groups: list[Item] = [(field, 1) for field in self._fields]
        self.put(
            card(
                row(Tile("pencil", "soft", 34, 17), self._head(), None, spacing=12),
                4,
                row(*groups, spacing=10),
                label(tr("大小写都行；0 和 O、1 和 I、L 不用区分。"), "note"),
                margins=(20, 16, 20, 16),
            ),
            card(label(tr("收好这张纸"), "h3"), self.sealed, self.told, margins=(20, 14, 20, 16)),
            None,
        )

    @staticmethod
    def _head() -> Item:
        why = tr("屏幕上不再显示。纸上抄错一个字符，将来就打不开，所以现在试一遍。")
        return column(label(tr("照着纸，把恢复码填回来"), "h2"), label(why, "note"), spacing=0)

    def enter(self) -> None:
        self._judge()

    def first_focus(self) -> QWidget | None:
        return next((field for field in self.inputs if not field.text()), self.inputs[0])

    def typed(self) -> str:
        """Return what was typed."""
        return "-".join(field.text() for field in self.inputs)

    def missing(self) -> str:
        if not keys.does_recovery_code_match(self.typed(), self._code()):
            wrong = [field for place, field in enumerate(self.inputs) if not self._is_right(place)]
            return tr("还有 {n} 组没有填对", n=len(wrong))
        if not (self.sealed.value() and self.told.value()):
            return tr("勾上两项后才能继续")
        return ""

    def _is_right(self, place: int) -> bool:
        groups = self._code().split("-")
        groups[place] = self.inputs[place].text()
        return len(self.inputs[place].text().strip()) == 4 and keys.does_recovery_code_match(
            "-".join(groups), self._code()
        )

    def _take(self, place: int, text: str) -> None:
        letters = "".join(letter for letter in text.upper() if letter.isalnum())
        # what is longer than a group (pasted, or typed on) flows into the next ones
        while True:
            self.inputs[place].setText(letters[:4])
            letters = letters[4:]
            if not letters or place + 1 == len(self.inputs):
                break
            place += 1
        if len(self.inputs[place].text()) == 4 and place + 1 < len(self.inputs):
            self.inputs[place + 1].setFocus()
            self.inputs[place + 1].selectAll()
        else:
            self.inputs[place].setFocus()
        self._judge()
        self.changed.emit()

    def _judge(self) -> None:
        for place, field in enumerate(self._fields):
            count = len(self.inputs[place].text())
            if not count:
                field.clear()
            elif count < 4:
                field.set_fault(tr("还差 {n} 位", n=4 - count), "warning")
            elif self._is_right(place):
                field.set_good(tr("对了"))
            else:
                field.set_fault(tr("不一样"))
