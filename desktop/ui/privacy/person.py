"""Personal information of one client: how the file stands, what was asked, and what is done about it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.i18n import tr
from desktop.services.privacy import PersonPrivacy, RequestRow
from desktop.ui.kit.basics import Avatar, ElidedLabel, button, label
from desktop.ui.kit.form import Field, area_field, choice_field
from desktop.ui.kit.layouts import card, column, frame, page, row
from desktop.ui.kit.messages import Banner, EmptyState, Modal
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.records import RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench
from desktop.ui.privacy.looks import request_columns
from desktop.ui.privacy.viewmodel import ACCESS, ANSWER, PersonPrivacyViewModel


class PersonPrivacyScreen(Screen):
    """The standing of the file above, the requests below; each request leads to the act that fulfils it."""

    title = tr("个人信息权利")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = PersonPrivacyViewModel(bench, self)
        self.avatar, self.name = Avatar("", 28), label("", "h3")
        self.banner, self.standing = Banner(), Banner()
        self.acts = {key: self._act_button(key) for key in ("restrict", "lift", "look", "archive", "reenter", "erase")}
        columns = request_columns(bench.services.codes, has_person=False, may_record=bench.may("privacy.record"))
        self.records = RecordsModel(columns, lambda row: row.id)
        self.table = RecordTable(self.records, tr("这个人提出的请求"), 54)
        self.card = RecordCard(self.table, row(label(tr("请求"), "h3"), None))
        ask = button(tr("登记请求"), "plus", "primary", on_click=lambda: self._go("privacy_request"))
        ask.setEnabled(bench.may("privacy.record"))
        head = PageHeader(tr("个人信息权利"), on_back=bench.back, beside=(self.avatar, self.name), actions=(ask,))
        self.set_page(page(head, self.banner, self._stand(), (self.card, 1)))
        self._show_acts(None)
        self.table.row_activated.connect(self.deal)
        self.table.action_clicked.connect(self.deal)
        self.model.loaded.connect(self._show)
        self.model.done.connect(bench.toast)
        self.model.failed.connect(self.banner.say_failure)

    def enter(self, **params: Any) -> None:
        """Show the file of `person_id`."""
        self.banner.say("info", "")
        self.model.open(params["person_id"])

    def default_focus(self) -> QWidget:
        return self.table

    def deal(self, request: RequestRow) -> None:
        """Go on with a request: do it or refuse it while it is open, print its answer afterwards."""
        if not self.bench.may("privacy.record"):
            return
        if request.state != "open":
            self._go("privacy_paper", request_id=request.id, kind=ANSWER)
            return
        ask_answer(self.window(), self._words(request), self._means(request), lambda state, words: self._answer(
            request, state, words
        ))  # fmt: skip

    def _stand(self) -> QFrame:
        self.facts = ElidedLabel("", "sub")
        return card(self.standing, row(self.facts, None, *self.acts.values(), spacing=8), spacing=10)

    def _act_button(self, key: str) -> QPushButton:
        words, sign, permission = {
            "restrict": (tr("限制处理"), "lock", "privacy.restrict"),
            "lift": (tr("解除限制"), "lock-open", "privacy.restrict"),
            "look": (tr("写明理由查看"), "eye", "privacy.restrict"),
            "archive": (tr("归档"), "archive", "privacy.archive"),
            "reenter": (tr("重新入站"), "undo-2", "privacy.archive"),
            "erase": (tr("删除个人信息"), "trash-2", "privacy.erase"),
        }[key]
        made = button(words, sign, small=True, on_click=lambda: self.act(key))
        made.setEnabled(self.bench.may(permission))
        return made

    def act(self, key: str) -> None:
        """Begin one of the acts of the head: each asks for its reason first."""
        model, window = self.model, self.window()
        if key == "erase":
            self._go("erasure")
        elif key == "archive":
            ask_class(window, self.bench, model.archive)
        else:
            title, text, yes, use = {
                "restrict": (tr("限制处理这份档案？"), tr("限制后只能存着：站长写明理由才能看，不导出、不交接。"),
                             tr("限制处理"), model.restrict),
                "lift": (tr("解除限制？"), tr("解除后档案恢复正常使用。"), tr("解除"), model.lift),
                "look": (tr("查看已关上的档案？"), tr("锁屏以前可以查看，事由记入操作记录。"), tr("查看"), model.look),
                "reenter": (tr("重新入站？"), tr("档案移出归档，并新开一个个案。"), tr("重新入站"), model.reenter),
            }[key]  # fmt: skip
            ask_reason(window, title, text, yes, use)

    def _go(self, route: str, **params: Any) -> None:
        self.bench.go(route, person_id=self.model.person_id, **params)

    def _words(self, request: RequestRow) -> str:
        kind = self.bench.services.codes.label("privacy_kind", request.kind)
        return tr(
            "{who} 请求{kind}：{words}", who=request.asked_by, kind=kind, words=request.words or tr("（没有写原话）")
        )

    def _means(self, request: RequestRow) -> tuple[str, str]:
        """Return the words of the button that fulfils a request, and what it does."""
        return {
            "access": (tr("制作查阅材料"), ACCESS),
            "correct": (tr("同意，去更正"), "correct"),
            "restrict": (tr("限制处理"), "restrict"),
            "erase": (tr("去删除"), "erase"),
        }[request.kind]

    def _answer(self, request: RequestRow, state: str, words: str) -> None:
        if state == ACCESS:
            self._go("privacy_paper", request_id=request.id, kind=ACCESS)
        elif state in ("restrict", "erase"):
            self.act(state)
        elif state == "correct":
            self.model.answer(request, "done", words or tr("已更正。"))
            self._go("person_form")
        else:
            self.model.answer(request, "refused", words)

    def _show(self) -> None:
        found = self.model.found
        self.name.setText(found.name if found else "")
        self.avatar.set_name(found.name if found else "")
        self.table.show_records(found.requests if found else ())
        self._show_acts(found)
        if found is None:
            self.standing.say("info", "")
            self.facts.set_full_text("")
            self.card.show_instead(None)
            return
        why = tr("本人或监护人可以要求查阅复制、更正、限制处理、删除。")
        self.card.show_instead(
            None if found.requests else EmptyState("shield", tr("还没有人提出请求"), why, tone="off")
        )
        self.card.set_footer(tr("共 {n} 个", n=len(found.requests)))
        state = self.bench.services.codes.label("episode_state", found.state) if found.state else ""
        self.facts.set_full_text(" · ".join(part for part in (found.file_no, state, found.retention) if part))
        self.standing.say(*_standing(found))

    def _show_acts(self, found: PersonPrivacy | None) -> None:
        """Show the acts that make sense for a file as it stands."""
        shown = (
            {}
            if found is None
            else {
                "restrict": not found.restricted_on and not found.erased_on,
                "lift": bool(found.restricted_on) and not found.erased_on,
                "look": bool(found.restricted_on or found.erased_on) and not found.is_open,
                "archive": found.can_archive,
                "reenter": bool(found.archived_on) and not found.erased_on,
                "erase": not found.erased_on,
            }
        )
        for key, act in self.acts.items():
            act.setVisible(shown.get(key, False))


def _standing(found: PersonPrivacy) -> tuple[str, str]:
    """Return tone and words of how a file stands."""
    if found.erased_on:
        return "bad", tr("{day} 已依法删除个人信息，依法留存的只存不用。", day=found.erased_on)
    if found.restricted_on:
        return "warn", tr("{day} 起限制处理：只能存着，站长写明理由才能查看。", day=found.restricted_on)
    if found.archived_on:
        return "info", tr("{day} 已归档，只能查看。", day=found.archived_on)
    return "ok", tr("正常使用，没有限制。")


def ask_answer(window: QWidget, text: str, means: tuple[str, str], use: Any) -> Modal:
    """Ask how a request is answered: by the act that fulfils it, or by a refusal with its reason."""
    words, mean = means
    said = area_field(tr("不同意时写明理由，会印在答复书上"), height=72)
    field = Field(tr("答复"), said)
    no, yes = button(tr("不同意")), button(words, kind="primary")
    body = frame(column(label(text, "sub", wrapped=True), field, spacing=10))
    modal = Modal(window, tr("办理请求"), body, (no, yes), width=520)

    def refuse() -> None:
        if not said.value().strip():
            field.set_fault(tr("不同意请求，要写明理由。"))
            said.setFocus()
            return
        modal.finish()
        use("refused", said.value())

    def agree() -> None:
        modal.finish()
        use(mean, said.value())

    no.clicked.connect(refuse)
    yes.clicked.connect(agree)
    return modal


def ask_class(window: QWidget, bench: Workbench, use: Any) -> Modal:
    """Ask for how long a file is kept, before it is put away."""
    classes = choice_field(
        [(each.code, each.label) for each in bench.services.codes.choices("retention_class")], tr("按规定的档次")
    )
    no, yes = button(tr("取消")), button(tr("归档"), "archive", "primary")
    words = tr("归档后只能查看，不在平常的名单里；重新入站时再取出来。")
    body = frame(column(label(words, "sub", wrapped=True), Field(tr("保管期限"), classes), spacing=10))
    modal = Modal(window, tr("归档这份档案？"), body, (no, yes), width=460)
    no.clicked.connect(modal.close_modal)

    def agree() -> None:
        modal.finish()
        use(classes.value())

    yes.clicked.connect(agree)
    return modal
