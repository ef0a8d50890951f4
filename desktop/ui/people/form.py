"""The form of a client (建档与修改): a wizard for a new file, the same steps freely for one on file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.faults import Fault
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.kit.basics import button
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.form import FormBinding
from desktop.ui.kit.layouts import card, page, row, scroll
from desktop.ui.kit.messages import Banner, confirm
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.steps import Steps
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.form_fields import PersonFields
from desktop.ui.people.form_panels import CheckStep, SidePanel
from desktop.ui.people.form_viewmodel import PersonFormViewModel, local_time

CHECK = 4


def step_names() -> tuple[str, ...]:
    """Return the names of the steps."""
    return tr("身份"), tr("联系与村（居）"), tr("监护人"), tr("疾病"), tr("核对")


class PersonFormScreen(Screen):
    """Checked while typing, kept while typing; nothing stops a draft, only an error stops saving."""

    title = tr("建档")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = PersonFormViewModel(bench, self)
        self.binding = FormBinding(self)
        self.fields = PersonFields(bench.services.codes, bench.today(), self.binding)
        self.step = 0
        self._wish = ""
        self.head = PageHeader(tr("新建档案"), "", (), bench.back)
        self.steps = Steps(step_names())
        self.sections = Chips([(str(n), words) for n, words in enumerate(step_names()[:CHECK])], name=tr("各部分"))
        self.banner = Banner()
        self.stack = QStackedWidget()
        self.check_step = CheckStep(self.fields, step_names()[:CHECK])
        self.areas = [scroll(content) for content in (*self.fields.steps, self.check_step)]
        for area in self.areas:
            self.stack.addWidget(area)
        self.side = SidePanel(bench.services.codes)
        form = card((self.stack, 1), spacing=0, margins=1)
        body = row((form, 1), self.side, spacing=14)
        self.bar = self._make_bar()
        self.set_page(page(self.head, self.steps, self.sections, self.banner, (body, 1), spacing=10), self.bar)
        self._connect()

    def enter(self, **params: Any) -> None:
        """Start for a new client, or for `person_id`; `step` opens one part, `is_missing` the first gap."""
        person_id = params.get("person_id")
        self._wish = "missing" if params.get("is_missing") else ""
        self.steps.setVisible(person_id is None)
        self.sections.setVisible(person_id is not None)
        self.head.title.setText(tr("新建档案") if person_id is None else tr("修改资料"))
        self.model.start(person_id)
        self.show_step(int(params.get("step", 0)))

    def leave(self) -> bool:
        """Keep what was typed; leaving needs no question."""
        self.model.keeper.keep_now()
        return True

    def shortcut_save(self) -> None:
        self.save()

    def default_focus(self) -> QWidget | None:
        return self._first_control()

    def show_step(self, step: int) -> None:
        """Show one step."""
        is_edit = self.model.person_id is not None
        self.step = max(0, min(step, CHECK - 1 if is_edit else CHECK))
        self.steps.set_current(self.step)
        self.sections.set_value(str(self.step))
        self.stack.setCurrentIndex(self.step)
        if self.step == CHECK:
            self.binding.show_faults(self.model.faults, everywhere=True)
            self.check_step.show_all(self.model.errors(), self.model.missing(), is_new=not is_edit)
        self.side.show_hint(*_hint(self.step))
        self._show_buttons()
        control = self._first_control()
        if control is not None and self.isVisible():
            control.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to_field(self, name: str) -> None:
        """Show the step of a field and put the focus on it."""
        self.show_step(self.fields.step_of(name))
        if name in self.binding.names():
            self.binding.control(name).setFocus(Qt.FocusReason.OtherFocusReason)
            self.areas[self.step].ensureWidgetVisible(self.binding.field(name))

    def go_on(self) -> None:
        """Go to the next step, or save at the last; a step with errors is not left by this."""
        if self.model.person_id is not None or self.step == CHECK:
            self.save()
            return
        here = self.fields.by_step[self.step]
        self._mark(here)
        wrong = [fault for fault in self.model.errors() if fault.field in here]
        if wrong:
            self.go_to_field(wrong[0].field or here[0])
        else:
            self.show_step(self.step + 1)

    def save(self) -> None:
        """Save; with errors go to the first of them."""
        self._take()
        if not self.model.draft.name.strip():
            self.model.check()
        self.binding.show_faults(self.model.faults, everywhere=True)
        self._show_checks()
        errors = self.model.errors()
        if errors:
            self.go_to_field(errors[0].field or "name")
            return
        self.model.save()
        self._show_buttons()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_on()
        else:
            super().keyPressEvent(event)

    def _make_bar(self) -> SaveBar:
        self.give_up = button(tr("放弃"), on_click=self._ask_to_give_up)
        self.early = button(tr("先存为草稿"), "save", on_click=self.save)
        self.previous = button(tr("上一步"), on_click=lambda: self.show_step(self.step - 1))
        self.primary = button(tr("下一步"), kind="primary", on_click=self.go_on)
        return SaveBar(self.give_up, self.early, self.previous, self.primary, on_faults=self._go_to_first_error)

    def _connect(self) -> None:
        model = self.model
        self.binding.changed.connect(self._typed)
        self.sections.picked.connect(lambda place: self.show_step(int(place)))
        model.filled.connect(self._fill)
        model.checked.connect(self._show_checks)
        model.restored.connect(self._say_restored)
        model.id_read.connect(self.binding.fill)
        model.villages_changed.connect(lambda: self.fields.offer_villages(model.villages))
        model.lookalikes_changed.connect(lambda: self.side.show_alike(model.lookalikes))
        model.merged.connect(self._say_merged)
        model.saved.connect(self._leave_saved)
        model.failed.connect(self._say_failure)
        model.keeper.kept.connect(lambda kept: self.bar.say_kept(kept.saved_at))
        self.side.open_wanted.connect(lambda person_id: self.bench.go("person", person_id=person_id))
        self.check_step.field_wanted.connect(self.go_to_field)
        for keys, by in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.show_step(self.step + by))

    def _first_control(self) -> QWidget | None:
        if self.step == CHECK:
            return self.primary
        found: QWidget = self.binding.control(self.fields.by_step[self.step][0])
        return found

    def _take(self) -> None:
        draft = self.fields.draft(self.model.draft)
        if draft != self.model.draft:
            self.model.change(draft)

    def _typed(self, name: str) -> None:
        self._take()
        if name == "danger_level":
            self.fields.show_meaning()
        self._show_checks()

    def _fill(self) -> None:
        self.binding.forget_visits()
        self.fields.fill(self.model.draft)
        self._show_checks()
        if self.model.person_id is not None:
            self.head.set_sentence(self.model.draft.name)
        if self.step == CHECK:
            self.show_step(CHECK)
        if self._wish and self.model.missing():
            self._wish = ""
            name = self.model.missing()[0].field or "name"
            self.go_to_field(name)
            self._mark([name])

    def _mark(self, names: list[str]) -> None:
        """Show the faults of these fields even where nobody has been yet."""
        self.binding.visit(names)
        self._show_checks()

    def _show_checks(self) -> None:
        self.binding.show_faults(self.model.faults)
        id_no = self.binding.control("id_no").value()
        is_id_good = bool(id_no) and not any(fault.field == "id_no" for fault in self.model.faults)
        if is_id_good and self.model.draft.id_type == "01":
            self.binding.field("id_no").set_good(tr("校验正确；性别和出生日期已由号码读出"))
        self.bar.show_faults(self._shown_errors(), self.fields.labels)
        self._show_buttons()

    def _shown_errors(self) -> list[Fault]:
        """Return the errors the person has been told of: those of fields already left."""
        return [
            fault
            for fault in self.model.errors()
            if fault.field not in self.binding.names() or self.binding.field(fault.field).has_fault
        ]

    def _show_buttons(self) -> None:
        is_new, is_last = self.model.person_id is None, self.step == CHECK
        self.previous.setVisible(is_new and self.step > 0)
        self.early.setVisible(is_new and not is_last)
        self.early.setEnabled(bool(self.model.draft.name) and not self.model.is_saving)
        self.give_up.setEnabled(self.model.is_changed)
        words = tr("下一步")
        if not is_new:
            words = tr("保存")
        elif is_last:
            words = tr("存为草稿档案") if self.model.stays_draft else tr("建档")
        self.primary.setText(words)
        self.primary.setAccessibleName(words)
        self.primary.setEnabled(not self.model.is_saving)

    def _go_to_first_error(self) -> None:
        errors = self._shown_errors()
        if errors:
            self.go_to_field(errors[0].field or "name")

    def _ask_to_give_up(self) -> None:
        words = tr("刚才填的内容会丢掉，不能找回。")
        confirm(self.window(), tr("放弃这次填写？"), words, tr("放弃"), self._give_up, tr("接着填"), is_danger=True)

    def _give_up(self) -> None:
        self.model.give_up()
        self.bench.back()

    def _say_restored(self, at: datetime) -> None:
        self.bar.say_kept(at)
        words = tr("接着填 {at} 没有填完的内容。", at=local_time(at))
        self.banner.say("info", words, tr("丢掉，重新填"), self._start_afresh)

    def _start_afresh(self) -> None:
        self.banner.say("info", "")
        self.model.give_up()
        self.bar.say(tr("还没有改动"))
        self.show_step(0)

    def _say_merged(self) -> None:
        self.banner.say("warn", tr("您填写期间有人改过这份档案。您的改动已放到最新内容上，请看一遍再保存。"))

    def _say_failure(self, trouble: KangyiError) -> None:
        self.banner.say_failure(trouble)
        self._show_buttons()
        if trouble.field in self.binding.names():
            name = str(trouble.field)
            self.go_to_field(name)
            self.binding.field(name).set_fault(trouble.message)

    def _leave_saved(self, person_id: str) -> None:
        is_new = self.model.person_id is None
        bench = self.bench
        if not is_new:
            bench.toast(tr("已保存。"))
            bench.back()
            return
        bench.toast(tr("已存为草稿档案，缺的以后补。") if self.model.stays_draft else tr("已建档。"))
        bench.back()  # the form is done: the way back from the file leads to where the form was opened
        bench.go("person", person_id=person_id)


def _hint(step: int) -> tuple[str, str]:
    return (
        (
            tr("带 * 的登记时必需"),
            tr(
                "缺了也能保存：先是草稿档案，补齐后才算登记。身份证号填全后，性别和出生日期会自己填上，并核对有没有建过档。"
            ),
        ),
        (tr("住在哪里，怎么联系"), tr("村（居）用同一种写法，名单才能按村查。帮扶类别决定每季度至少入户几次。")),
        (
            tr("谁来签字"),
            tr("签同意书和协议时要用。未成年人必须有监护人；成年人没有法院认定的，本人签字，监护人一起签。"),
        ),
        (tr("照病历填"), tr("这里只记录，不诊断、不开药。确诊日期只知道年份也可以。")),
        (tr("看一遍再建档"), tr("建档后生成档案号。下一步通常是打印知情同意书和服务协议。")),
    )[step]
