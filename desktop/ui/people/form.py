"""The form of a client (建档与修改): a wizard for a new file, the same steps freely for one on file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.faults import Fault
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import person_form
from desktop.ui.kit.basics import button
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.compare import ask_which
from desktop.ui.kit.form import FormBinding
from desktop.ui.kit.layouts import card, column, frame, page, row, scroll
from desktop.ui.kit.messages import Banner, confirm
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.steps import Steps
from desktop.ui.kit.undoing import toast_removed
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.form_controls import IdField
from desktop.ui.people.form_fields import PersonFields
from desktop.ui.people.form_panels import CheckStep, SidePanel
from desktop.ui.people.form_viewmodel import PersonFormViewModel, local_time

CHECK = len(person_form().first_steps)  # the step after those asked of a new client
_ONE_READING = 400  # ms in which a second Enter of a card reader (CR and LF) belongs to the first


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
        self._reading = QElapsedTimer()
        titles = tuple(tr(section.title) for section in self.fields.layout.steps)
        self.steps = Steps((*titles[:CHECK], tr("核对")))
        self.sections = Chips([(str(n), words) for n, words in enumerate(titles)], name=tr("各部分"))
        self.banner = Banner()
        self.stack = QStackedWidget()
        self.check_step = CheckStep(self.fields, titles[:CHECK])
        self.areas = [scroll(content) for content in (*(frame(column()) for _ in titles), self.check_step)]
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
        self._take()
        self.step = max(0, min(step, len(self.fields.layout.steps) - 1 if is_edit else CHECK))
        self.sections.set_value(str(self.step))
        if self.is_check:
            self.steps.set_current(self.step)
            self.stack.setCurrentWidget(self.areas[-1])
            self.binding.show_faults(self.model.faults, everywhere=True)
            self.check_step.show_all(self.model.errors(), self.model.missing(), is_new=not is_edit)
            self.side.show_hint(tr("看一遍再建档"), tr("建档后生成档案号。下一步通常是打印知情同意书和服务协议。"))
        else:
            self.steps.set_current(min(self.step, CHECK))
            self._build(self.step)
            self.stack.setCurrentIndex(self.step)
            section = self.fields.layout.steps[self.step]
            self.side.show_hint(tr(section.tip_title), tr(section.tip))
        self._show_buttons()
        control = self._first_control()
        if control is not None and self.isVisible():
            control.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_check(self) -> bool:
        """Whether the step is shown on which all is looked over before a new file is made."""
        return self.model.person_id is None and self.step == CHECK

    def _build(self, place: int) -> None:
        """Make the controls of a step when it is first shown: a form of eighty fields must open at once."""
        if self.fields.is_built(place):
            return
        area = self.areas[place]
        content = self.fields.build(place)
        content.setAutoFillBackground(False)
        area.setWidget(content)
        for name in self.fields.by_step[place]:
            control = self.binding.control(name)
            if isinstance(control, IdField):
                control.entered.connect(lambda control=control: self._go_behind(control))
        self.binding.show_faults(self.model.faults)

    def _go_behind(self, control: QWidget) -> None:
        """Go on behind a number that was read or typed."""
        self._reading.start()
        control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.focusNextChild()

    def go_to_field(self, name: str) -> None:
        """Show the step of a field and put the focus on it."""
        self.show_step(self.fields.step_of(name))
        if name in self.binding.names():
            self.binding.control(name).setFocus(Qt.FocusReason.OtherFocusReason)
            self.areas[self.step].ensureWidgetVisible(self.binding.field(name))

    def go_on(self) -> None:
        """Go to the next step, or save at the last; a step with errors is not left by this."""
        if self.model.person_id is not None or self.is_check:
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
            if not (self._reading.isValid() and self._reading.elapsed() < _ONE_READING):
                self.go_on()
        else:
            super().keyPressEvent(event)

    def _make_bar(self) -> SaveBar:
        self.away = button(tr("删除草稿档案"), "trash-2", "ghost", on_click=self._ask_to_remove)
        self.away.hide()
        self.give_up = button(tr("放弃"), on_click=self._ask_to_give_up)
        self.early = button(tr("先存为草稿"), "save", on_click=self.save)
        self.previous = button(tr("上一步"), on_click=lambda: self.show_step(self.step - 1))
        self.primary = button(tr("下一步"), kind="primary", on_click=self.go_on)
        return SaveBar(
            self.away, self.give_up, self.early, self.previous, self.primary, on_faults=self._go_to_first_error
        )

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
        model.clashed.connect(lambda found: ask_which(self.window(), found, model.settle))
        model.merged.connect(self._say_merged)
        model.saved.connect(self._leave_saved)
        model.removed.connect(self._leave_removed)
        model.failed.connect(self._say_failure)
        model.keeper.kept.connect(lambda kept: self.bar.say_kept(kept.saved_at))
        self.side.open_wanted.connect(lambda person_id: self.bench.go("person", person_id=person_id))
        self.check_step.field_wanted.connect(self.go_to_field)
        self.side.field_wanted.connect(self.go_to_field)
        for keys, by in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.show_step(self.step + by))

    def _first_control(self) -> QWidget | None:
        if self.is_check:
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
        self.away.setVisible(self.model.can_remove)
        if self.model.person_id is not None:
            self.head.set_sentence(self.model.draft.name)
        if self.is_check:
            self.show_step(CHECK)
        wanted = self.model.missing() or self.model.gaps
        if self._wish and wanted:
            self._wish = ""
            name = wanted[0].field or "name"
            self.go_to_field(name)
            self._mark([name])

    def _mark(self, names: list[str]) -> None:
        """Show the faults of these fields even where nobody has been yet."""
        self.binding.visit(names)
        self._show_checks()

    def _show_checks(self) -> None:
        self.binding.show_faults(self.model.faults)
        self.side.show_bars(self.model.errors(), self.model.missing(), self.model.gaps, self._reachable())
        if "id_no" not in self.binding.names():
            return
        id_no = self.binding.control("id_no").value()
        is_id_good = bool(id_no) and not any(fault.field == "id_no" for fault in self.model.faults)
        if is_id_good and self.model.draft.id_type == "01":
            self.binding.field("id_no").set_good(tr("校验正确；性别和出生日期已由号码读出"))
        self._say_card()
        self.bar.show_faults(self._shown_errors(), self.fields.labels)
        self._show_buttons()

    def _reachable(self) -> dict[str, str]:
        """Return the labels of the fields there is a way to: a new client is asked for the first ones only."""
        if self.model.person_id is not None:
            return self.fields.labels
        return {name: self.fields.labels[name] for names in self.fields.by_step[:CHECK] for name in names}

    def _say_card(self) -> None:
        """Say below a disability card what its number says."""
        words = self.model.disability_words()
        if words and not any(fault.field == "disability_no" for fault in self.model.faults):
            self.binding.field("disability_no").set_good(words)

    def _shown_errors(self) -> list[Fault]:
        """Return the errors the person has been told of: those of fields already left."""
        return [
            fault
            for fault in self.model.errors()
            if fault.field not in self.binding.names() or self.binding.field(fault.field).has_fault
        ]

    def _show_buttons(self) -> None:
        is_new, is_last = self.model.person_id is None, self.is_check
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

    def _ask_to_remove(self) -> None:
        words = tr("只有没有任何服务记录和文书的草稿档案才能删除；删了留在回收站，可以恢复。")
        ask_reason(self.window(), tr("删除这份草稿档案？"), words, tr("删除"), self.model.remove, is_danger=True)

    def _leave_removed(self, person_id: str) -> None:
        toast_removed(self.bench, tr("已删除这份草稿档案"), person_id)
        self.bench.go("people")

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
        self.banner.say("warn", tr("您填写期间有人改过这份档案，两边的改动已合在一起。请看一遍再保存。"))

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
