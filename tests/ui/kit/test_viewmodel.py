"""View-models ask again when their tables changed, and never show the answer to an older question."""

from __future__ import annotations

import threading

import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.errors import KangyiError, ValidationError
from desktop.services.catalogue import Services
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench


class Counting(ViewModel):
    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.asked = 0
        self.watch("setting")

    def reload(self) -> None:
        self.asked += 1


def test_commit_on_a_watched_table_asks_again(services: Services, tasks: Tasks, qtbot: QtBot) -> None:
    bench = Workbench(services, tasks)
    model = Counting(bench)
    tasks.run(lambda: services.settings.change("lock.idle_minutes", 7), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: model.asked == 1)
    tasks.run(lambda: services.drafts.keep("people", "new", "某人", {}), lambda _: None, lane="write")
    tasks.finish()
    QApplication.processEvents()
    assert model.asked == 1, "drafts are not watched"


def test_a_commit_after_the_window_went_is_no_failure(services: Services, tasks: Tasks) -> None:
    bench, gate, kept, news = Workbench(services, tasks), threading.Event(), [], []
    bench.changed.connect(news.append)

    def slow() -> str:
        gate.wait(10)
        return services.drafts.keep("people", "new", "某人", {}).title

    tasks.run(slow, kept.append, lane="write")
    shiboken6.delete(bench)
    gate.set()
    tasks.finish()
    assert (kept, news) == (["某人"], [])


def test_answer_to_a_stale_question_is_dropped(services: Services, tasks: Tasks) -> None:
    model = ViewModel(Workbench(services, tasks))
    answers: list[str] = []
    gate = threading.Event()

    def slow() -> str:
        gate.wait(10)
        return "z"

    model.ask(slow, answers.append, about="search")
    model.ask(lambda: "zxd", answers.append, about="search")
    model.ask(lambda: "other", answers.append, about="counts")
    while len(answers) < 2:
        QApplication.processEvents()
    gate.set()
    tasks.finish()
    assert sorted(answers) == ["other", "zxd"]


def test_failure_goes_to_the_screen(services: Services, tasks: Tasks) -> None:
    model = ViewModel(Workbench(services, tasks))
    failures: list[KangyiError] = []
    model.failed.connect(failures.append)

    def job() -> None:
        raise ValidationError("stale", "这份档案刚被别人改过。")

    model.ask(job, lambda _: None)
    model.act(job, lambda _: None)
    tasks.finish()
    assert [trouble.code for trouble in failures] == ["stale", "stale"]
