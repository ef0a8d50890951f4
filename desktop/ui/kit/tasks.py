"""The only threads of the program: slow work runs here, its answer arrives on the window's thread.

Three lanes: "write" (one thread, in order), "read" (two), "files" (one: PDF, sheets, sticks).
Jobs take and return plain values.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer, Signal, Slot

from desktop.errors import KangyiError, OperationalError
from desktop.i18n import tr

T = TypeVar("T")
Failed = Callable[[KangyiError], object]

_log = logging.getLogger("desktop.tasks")
_THREADS = {"write": 1, "read": 2, "files": 1}


def sentence_for(trouble: BaseException) -> KangyiError:
    """Return the error to show: ours as it is, a bug as one general sentence; the log gets the place, never data."""
    if isinstance(trouble, KangyiError):
        return trouble
    place = traceback.extract_tb(trouble.__traceback__)[-1:] or []
    where = " ".join(f"{step.filename}:{step.lineno}" for step in place)
    _log.error("bug: %s at %s", type(trouble).__name__, where)
    return OperationalError(
        "bug", tr("程序内部出了差错，这一步没有完成。"), tr("已保存的档案没有受影响。请重试；再次出现请联系维护人员。")
    )


class Runner(Protocol):
    """What view-models need of `Tasks`."""

    def run(
        self,
        job: Callable[[], T],
        done: Callable[[T], object],
        failed: Failed | None = None,
        lane: str = "read",
        owner: QObject | None = None,
    ) -> None:
        """Do `job` in the background, then call `done` (or `failed`) on the window's thread."""
        ...


class Tasks(QObject):
    """Runs jobs in the background; signal `failed(KangyiError)` for failures nobody asked about."""

    failed = Signal(object)
    busy_changed = Signal(bool)  # only when work lasts longer than a second
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {
            lane: ThreadPoolExecutor(threads, thread_name_prefix=f"kangyi-{lane}") for lane, threads in _THREADS.items()
        }
        self._open = 0
        self._is_closed = False
        self._shows_busy = False
        self._patience = QTimer(self, singleShot=True, interval=1000)
        self._patience.timeout.connect(self._say_busy)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether any job is under way or its answer not yet delivered."""
        return self._open > 0

    def run(
        self,
        job: Callable[[], T],
        done: Callable[[T], object],
        failed: Failed | None = None,
        lane: str = "read",
        owner: QObject | None = None,
    ) -> None:
        """Do `job` in the background, then call `done` or `failed` here; neither when `owner` is gone by then."""
        if self._is_closed:  # a timer of a window that is being taken down; there is no store any more
            return
        self._open += 1
        if self._open == 1:
            self._patience.start()
        future = self._lanes[lane].submit(job)
        future.add_done_callback(lambda finished: self._arrived.emit((finished, done, failed, owner)))

    def finish(self) -> None:
        """Wait, with the window alive, until every job so far is done and its answer delivered."""
        while self._open:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)

    def close(self) -> None:
        """Finish, then end the threads."""
        self.finish()
        self._is_closed = True
        for lane in self._lanes.values():
            lane.shutdown()

    @Slot(object)
    def _deliver(self, answer: tuple[Future[Any], Callable[[Any], object], Failed | None, QObject | None]) -> None:
        future, done, failed, owner = answer
        self._open -= 1
        if not self._open:
            self._patience.stop()
            self._say_idle()
        if owner is not None and not shiboken6.isValid(owner):
            return
        trouble = future.exception()
        if trouble is None:
            done(future.result())
        else:
            (failed or self.failed.emit)(sentence_for(trouble))

    def _say_busy(self) -> None:
        self._shows_busy = True
        self.busy_changed.emit(True)

    def _say_idle(self) -> None:
        if self._shows_busy:
            self._shows_busy = False
            self.busy_changed.emit(False)


class SyncTasks:
    """A stand-in that does the job at once, for tests of view-models; failures nobody asked about are in `failures`."""

    def __init__(self) -> None:
        self.failures: list[KangyiError] = []

    def run(
        self,
        job: Callable[[], T],
        done: Callable[[T], object],
        failed: Failed | None = None,
        lane: str = "read",
        owner: QObject | None = None,
    ) -> None:
        """Do `job` now and call `done` or `failed`."""
        if lane not in _THREADS:
            raise ValueError(lane)
        try:
            answer = job()
        except KangyiError as trouble:
            (failed or self.failures.append)(trouble)
        else:
            done(answer)
