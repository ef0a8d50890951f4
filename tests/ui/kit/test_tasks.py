"""Slow work runs elsewhere; its answer comes back to the window's thread, or not at all when nobody waits for it."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.errors import KangyiError, ValidationError
from desktop.ui.kit.tasks import Sweeper, SyncTasks, Tasks


def test_job_runs_elsewhere_and_answers_here(tasks: Tasks, qtbot: QtBot) -> None:
    answers: list[tuple[int, int]] = []
    tasks.run(threading.get_ident, lambda there: answers.append((there, threading.get_ident())))
    assert tasks.is_busy
    qtbot.waitUntil(lambda: bool(answers))
    there, here = answers[0]
    assert there != here == threading.main_thread().ident
    assert not tasks.is_busy


def test_writes_keep_their_order(tasks: Tasks) -> None:
    done: list[int] = []
    for number in range(50):
        tasks.run(lambda number=number: done.append(number), lambda _: None, lane="write")
    tasks.finish()
    assert done == list(range(50))


def test_reads_run_beside_each_other(tasks: Tasks) -> None:
    """Each waits for the other: one thread alone would never end."""
    meeting = threading.Barrier(2, timeout=10)
    met: list[int] = []
    for _ in range(2):
        tasks.run(meeting.wait, met.append)
    tasks.finish()
    assert sorted(met) == [0, 1]


def test_answer_to_an_owner_that_is_gone_is_dropped(tasks: Tasks, qapp: QApplication) -> None:
    answers: list[int] = []
    gate = threading.Event()
    owner = QObject()
    tasks.run(gate.wait, lambda _: answers.append(1), lambda _: answers.append(2), owner=owner)
    import shiboken6

    shiboken6.delete(owner)
    gate.set()
    tasks.finish()
    assert answers == []


def test_our_errors_come_as_they_are(tasks: Tasks) -> None:
    trouble = ValidationError("stale", "这份档案刚被别人改过。")
    failures: list[KangyiError] = []

    def job() -> None:
        raise trouble

    tasks.run(job, lambda _: None, failures.append)
    tasks.finish()
    assert failures == [trouble]


def test_bug_becomes_one_sentence_and_the_log_names_no_data(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    failures: list[KangyiError] = []
    tasks.failed.connect(failures.append)

    def job() -> None:
        raise KeyError("身份证 990101199001011234")

    with caplog.at_level(logging.ERROR):
        tasks.run(job, lambda _: None)
        tasks.finish()
    assert [trouble.code for trouble in failures] == ["bug"]
    assert "没有受影响" in failures[0].remedy
    assert "KeyError" in caplog.text
    assert "test_tasks.py" in caplog.text
    assert "990101199001011234" not in caplog.text + failures[0].message + failures[0].remedy
    caplog.clear()


def test_long_work_is_announced_and_called_off(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[bool] = []
    gate = threading.Event()
    tasks.busy_changed.connect(heard.append)
    tasks.run(gate.wait, lambda _: None)
    qtbot.waitUntil(lambda: heard == [True])
    gate.set()
    qtbot.waitUntil(lambda: heard == [True, False])


def test_short_work_is_not_announced(tasks: Tasks) -> None:
    heard: list[bool] = []
    tasks.busy_changed.connect(heard.append)
    tasks.run(lambda: None, lambda _: None)
    tasks.finish()
    assert heard == []


def test_an_idle_program_does_not_wake_up(tasks: Tasks, qtbot: QtBot) -> None:
    gate = threading.Event()
    tasks.run(gate.wait, lambda _: None)
    assert ticking(tasks)
    gate.set()
    tasks.finish()
    qtbot.waitUntil(lambda: not ticking(tasks))


def ticking(tasks: Tasks) -> list[QTimer]:
    return [timer for timer in tasks.findChildren(QTimer) if timer.isActive()]


def test_an_error_in_one_answer_holds_up_neither_the_next_nor_the_news(tasks: Tasks, qtbot: QtBot) -> None:
    done: list[str] = []
    tasks.delivered.connect(lambda: done.append("news"))

    def stumble(_: object) -> None:
        raise KeyError("x")

    with qtbot.captureExceptions() as stumbles:
        tasks.run(lambda: None, stumble, lane="write")
        tasks.run(lambda: None, lambda _: done.append("next"), lane="write")
        tasks.finish()
    assert done == ["news", "next", "news"]
    assert [kind for kind, _, _ in stumbles] == [KeyError]


def test_double_of_tests_behaves_like_the_real_one() -> None:
    double, failures = SyncTasks(), []

    def job() -> None:
        raise ValidationError("stale", "x")

    double.run(lambda: 1, failures.append)
    double.run(job, lambda _: None, failures.append)
    double.run(job, lambda _: None)
    assert failures[0] == 1
    assert len(double.failures) == 1
    with pytest.raises(ValueError, match="cellar"):
        double.run(lambda: 1, lambda _: None, lane="cellar")


class Canary:
    """Tells on which thread it was freed."""

    freed: ClassVar[list[int]] = []

    def __del__(self) -> None:
        Canary.freed.append(threading.get_ident())


def test_what_an_errand_holds_is_freed_on_the_windows_thread(qtbot: QtBot) -> None:
    Canary.freed.clear()
    tasks = Tasks()
    for _ in range(300):
        canary = Canary()
        tasks.run(lambda kept=canary: None, lambda _, kept=canary: None, lane="read")
        del canary
    tasks.finish()
    tasks.close()
    assert len(Canary.freed) == 300
    assert set(Canary.freed) == {threading.get_ident()}


def test_no_garbage_is_collected_on_a_worker(qtbot: QtBot) -> None:
    tasks = Tasks()
    answers: list[bool] = []
    tasks.run(gc.isenabled, answers.append)
    tasks.finish()
    tasks.close()
    assert answers == [False]
    assert not gc.isenabled()  # closed as well: what is left of its widgets must not die on a worker of the next one


class Ring:
    """Refers to itself: only the collector ends it."""

    itself: Ring


def test_what_a_worker_keeps_of_everybody_is_set_aside_until_it_is_gone() -> None:
    """A full collection among a million kept objects would hold the window up for a second."""
    sweeper, before = Sweeper(), gc.get_freeze_count()
    gc.collect()
    ring = Ring()
    ring.itself, seen = ring, weakref.ref(ring)
    kept = [[] for _ in range(2 * before + 100_000)]
    sweeper.sweep()
    assert gc.get_freeze_count() > len(kept)
    del ring
    gc.collect()
    assert seen() is not None  # nobody looks at what is set aside
    del kept
    for _ in range(12):
        gc.collect(1)  # a full one is due now
    sweeper.sweep()
    assert seen() is None
    gc.freeze()  # as the tests before found it
