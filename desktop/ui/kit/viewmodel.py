"""The base of view-models: they ask services in the background and tell the screen by signals. QtCore only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ui.kit.tasks import Failed
from desktop.ui.kit.workbench import Workbench

T = TypeVar("T")

BACKUP = "backup"  # watched like a table: a backup changes none, and settles a duty all the same


def tell_of_backup(bench: Workbench) -> None:
    """Tell board, badge and list that a backup was made."""
    bench.changed.emit(frozenset({BACKUP}))


class ViewModel(QObject):
    """Holds what a screen shows; `reload` is called after a commit touched a watched table."""

    failed = Signal(object)  # KangyiError; a screen that shows it as a banner connects it

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bench = bench
        self._watched: frozenset[str] = frozenset()
        self._asked: dict[str, int] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.reload)
        bench.changed.connect(self._hear)

    def watch(self, *tables: str) -> None:
        """Reload after every commit that touched one of these tables."""
        self._watched |= set(tables)

    def reload(self) -> None:
        """Ask again for what is shown; a view-model that watches tables writes this."""

    def ask(
        self,
        job: Callable[[], T],
        done: Callable[[T], object],
        failed: Failed | None = None,
        about: str = "",
        lane: str = "read",
    ) -> None:
        """Ask in the background; when the same question (`about`) was asked again meanwhile, drop the old answer."""
        number = self._asked[about] = self._asked.get(about, 0) + 1

        def is_fresh() -> bool:
            return self._asked[about] == number

        self.bench.tasks.run(
            job,
            lambda answer: done(answer) if is_fresh() else None,
            lambda trouble: (failed or self.failed.emit)(trouble) if is_fresh() else None,
            lane,
            self,
        )

    def act(
        self, job: Callable[[], T], done: Callable[[T], object], failed: Failed | None = None, lane: str = "write"
    ) -> None:
        """Do something that changes data (or writes files with lane "files"); its answer is never dropped as stale."""
        self.bench.tasks.run(job, done, failed or self.failed.emit, lane, self)

    def _hear(self, tables: frozenset[str]) -> None:
        if self._watched & tables:
            self._soon.start()
