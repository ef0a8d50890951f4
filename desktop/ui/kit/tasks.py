"""The only threads of the program: slow work runs here, its answer arrives on the window's thread.

Three lanes: "write" (one thread, in order), "read" (two), "files" (one: PDF, sheets, sticks).
Jobs take and return plain values.
"""

from __future__ import annotations

import gc
import logging
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import thread_time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, Signal, SignalInstance, Slot

from desktop.errors import KangyiError, OperationalError
from desktop.i18n import tr

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
Failed = Callable[[KangyiError], object]

_log = logging.getLogger("desktop.tasks")
_FELT = 0.05  # seconds
_FLOOD = 50_000  # objects since the last look; a screen makes some thousands
_THREADS = {"write": 1, "read": 2, "files": 1}
_ROUND = 5  # ms between two looks for answers


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

    @property
    def delivered(self) -> SignalInstance:
        """The signal after each answer."""
        ...

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


@dataclass
class _Errand:
    """A job with those who wait for it; kept by the window's thread from the order to the delivery."""

    job: Callable[[], Any]
    done: Callable[[Any], object]
    failed: Failed | None
    owner: QObject | None
    answer: Any = None
    trouble: BaseException | None = None

    def run(self) -> None:
        """Do the job and remember what came of it."""
        try:
            self.answer = self.job()
        except Exception as trouble:
            self.trouble = trouble


class Sweeper:
    """Collects garbage on the window's thread, by the same thresholds as Python's own collector.

    A flood of new objects is what a worker keeps of everybody's file: looking through a million of them for cycles
    would hold the window up for a second. They are set aside, to die by their counts, until most of them are gone.
    """

    def __init__(self) -> None:
        self._aside = 0

    def sweep(self) -> None:
        """Collect what is due."""
        counts, limits = gc.get_count(), gc.get_threshold()
        if counts[0] > _FLOOD:
            self._set_aside()
            return
        for generation in (2, 1, 0):
            if counts[generation] > limits[generation]:
                if generation == 2 and gc.get_freeze_count() < self._aside // 2:  # the station was locked
                    gc.unfreeze()
                    self._aside = 0
                started = thread_time()
                gc.collect(generation)
                if thread_time() - started > _FELT:
                    self._set_aside()
                return

    def _set_aside(self) -> None:
        gc.freeze()
        self._aside = gc.get_freeze_count()


class Tasks(QObject):
    """Runs jobs in the background; signal `failed(KangyiError)` for failures nobody asked about."""

    failed = Signal(object)
    delivered = Signal()  # an answer came: what its job stored is news now
    busy_changed = Signal(bool)  # only when work lasts longer than a second

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[str, ThreadPoolExecutor] = {}
        self._errands: dict[int, _Errand] = {}
        self._done: deque[int] = deque()  # appended to by workers, emptied by the window: both at one stroke
        self._number = 0
        self._is_closed = False
        self._shows_busy = False
        self._patience = QTimer(self, singleShot=True, interval=1000)
        self._patience.timeout.connect(self._say_busy)
        # the window asks for answers while some are due; workers never touch Qt, not even to emit a signal
        self._postman = QTimer(self, interval=_ROUND)
        self._postman.timeout.connect(self._deliver_all)
        self._sweeper = QTimer(self, interval=500)
        self._sweeper.timeout.connect(self._sweep)
        self._garbage = Sweeper()
        gc.disable()  # a collector that runs on a worker would destroy widgets there

    @property
    def is_busy(self) -> bool:
        """Whether any job is under way or its answer not yet delivered."""
        return bool(self._errands)

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
        if not self._errands:
            self._patience.start()
            self._postman.start()
        if not self._sweeper.isActive():
            self._sweeper.start()
        self._number += 1
        self._errands[self._number] = _Errand(job, done, failed, owner)
        self._lane(lane).submit(self._work, self._number)

    def finish(self) -> None:
        """Wait, with the window alive, until every job so far is done and its answer delivered."""
        while self._errands:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)

    def close(self) -> None:
        """Finish, then end the threads."""
        self.finish()
        self._is_closed = True
        for lane in self._lanes.values():
            lane.shutdown()
        self._sweeper.stop()  # the collector stays off: what is left of the window may not die on a later thread

    def _lane(self, name: str) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor  # not at the top: the first window needs none

        if name not in self._lanes:
            self._lanes[name] = ThreadPoolExecutor(_THREADS[name], thread_name_prefix=f"kangyi-{name}")
        return self._lanes[name]

    def _work(self, number: int) -> None:
        """Run one errand on a worker; everything it holds is freed on the window's thread, where widgets live."""
        self._errands[number].run()
        self._done.append(number)

    @Slot()
    def _deliver_all(self) -> None:
        while self._done:
            self._deliver_next()

    def _deliver_next(self) -> None:
        try:
            self._deliver(self._errands.pop(self._done.popleft()))
        finally:
            self.delivered.emit()

    def _deliver(self, errand: _Errand) -> None:
        if not self._errands:
            self._patience.stop()
            self._postman.stop()
            self._say_idle()
        if errand.owner is not None and not shiboken6.isValid(errand.owner):
            return
        if errand.trouble is None:
            errand.done(errand.answer)
        else:
            (errand.failed or self.failed.emit)(sentence_for(errand.trouble))

    def _sweep(self) -> None:
        """Collect garbage while there is work and once after it; an idle program must not wake up for it."""
        self._garbage.sweep()
        if not self._errands:
            self._sweeper.stop()

    def _say_busy(self) -> None:
        self._shows_busy = True
        self.busy_changed.emit(True)

    def _say_idle(self) -> None:
        if self._shows_busy:
            self._shows_busy = False
            self.busy_changed.emit(False)


class SyncTasks(QObject):
    """A stand-in that does the job at once, for tests of view-models; failures nobody asked about are in `failures`."""

    delivered = Signal()

    def __init__(self) -> None:
        super().__init__()
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
        self.delivered.emit()
