"""Pictures of every screen with the real data of a station, for the documentation and for review."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.errors import KangyiError
from desktop.services.accounts import AccountName
from desktop.services.clock import SystemClock
from desktop.ui.kit import theme
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import SyncTasks
from desktop.ui.shell.areas import AREAS
from desktop.ui.shell.login import LoginWindow
from desktop.ui.shell.login_model import LoginModel
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.program import Program

if TYPE_CHECKING:
    from desktop.services.catalogue import Services

T = TypeVar("T")

_MORNING = 9
_ROUNDS = 6
_LONGEST_PAUSE = 1000  # ms


@dataclass(frozen=True)
class Scene:
    """A picture of something beyond a plain screen: a tab, a dialog; "{person}" stands for a client."""

    name: str
    route: str
    act: Callable[[Any], object]
    params: dict[str, Any] = field(default_factory=dict)


class Camera:
    """Goes through a program from login to the last screen; each picture is named screen-size-theme."""

    def __init__(self, program: Program, to: Path, size: tuple[int, int], dark: bool, scale: float) -> None:
        self._program, self._to, self._size = program, to, size
        self._dark, self._scale = dark, scale
        self._taken: list[Path] = []
        self._samples: dict[str, str] = {}

    def take(self, login: str, password: str, scenes: Sequence[Scene] = ()) -> tuple[Path, ...]:
        """Take all pictures, then those of the scenes; raises KangyiError when the station does not open."""
        self._to.mkdir(parents=True, exist_ok=True)
        self._dress()
        self._take_first_run()
        self._program.show_login()
        window = self._open(login, password)
        for route, params in self._tour(window):
            if window.go(route, params):
                self._grab(route)
        for scene in scenes:
            self._play(window, scene)
        window.lock_wanted.emit()
        self._settle()
        self._program.tasks.close()
        return tuple(self._taken)

    def _dress(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - made by main
        theme.apply(app, self._dark, self._scale)

    def _take_first_run(self) -> None:
        with tempfile.TemporaryDirectory() as empty:
            self._program.show_first_run(Path(empty) / "station")
            self._grab("first_run")
            window = self._program.window
            window.show_page(2)  # type: ignore[union-attr]
            self._grab("recovery")

    def _open(self, login: str, password: str) -> MainWindow:
        window = self._program.window
        assert isinstance(window, LoginWindow)  # noqa: S101 - just shown
        self._settle()
        window.choose(login)
        self._grab("login")
        troubles: list[KangyiError] = []
        window.model.refused.connect(troubles.append)
        window.model.failed.connect(troubles.append)
        window.password.setText(password)
        window.submit()
        self._settle()
        if troubles:
            raise troubles[0]
        opened = self._program.window
        assert isinstance(opened, MainWindow)  # noqa: S101 - nothing went wrong
        return opened

    def _play(self, window: MainWindow, scene: Scene) -> None:
        """Open a screen, do what the scene says, take the picture, and close the dialogs it opened."""
        samples = self._samples
        params = {name: samples.get(value, value) for name, value in scene.params.items()}
        if "" in params.values() or not window.go(scene.route, params):
            return
        self._settle()
        scene.act(window.page)
        self._grab(scene.name)
        for modal in window.findChildren(Modal):
            modal.finish()
        window.cover.hide()

    def _tour(self, window: MainWindow) -> list[tuple[str, dict[str, Any]]]:
        session = self._program.session
        assert session is not None  # noqa: S101 - the station is open
        bench = session.bench
        day = bench.today()
        person, training = self._ask(lambda: _samples(bench.services, day))
        self._samples = {"{person}": person, "{training}": training}
        params: dict[str, dict[str, Any]] = {
            "person": {"person_id": person},
            "consent": {"person_id": person},
            "visit": {"person_id": person},
            "scan": {"person_id": person},
            "benefit": {"person_id": person},
            "guardian_reward": {"person_id": person},
            "file_parts": {"person_id": person},
            "file_paper": {"person_id": person},
            "privacy": {"person_id": person},
            "privacy_request": {"person_id": person},
            "erasure": {"person_id": person},
            "privacy_paper": {"person_id": person, "request_id": "", "kind": "privacy_access"},  # nobody asked
            "training": {"training_id": training} if training else {},
        }
        needs_person = {route for route, known in params.items() if "person_id" in known}
        return [(route, params.get(route, {})) for route in AREAS if person or route not in needs_person]

    def _ask(self, job: Callable[[], T]) -> T:
        answers: list[T] = []
        self._program.tasks.run(job, answers.append)
        self._program.tasks.finish()
        return answers[0]

    def _grab(self, name: str) -> None:
        window = self._program.window
        assert window is not None  # noqa: S101 - a window shows
        window.resize(*self._size)
        self._settle()
        shade = "dark" if self._dark else "light"
        file = self._to / f"{name}-{self._size[0]}x{self._size[1]}-{shade}.png"
        window.grab().save(str(file))
        self._taken.append(file)

    def _settle(self) -> None:
        """Let answers arrive and layouts come to rest; each round may start the next question."""
        for _ in range(_ROUNDS):
            self._program.tasks.finish()
            while self._is_pausing():
                QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
            QCoreApplication.processEvents()

    def _is_pausing(self) -> bool:
        """Say whether a screen waits a moment before it asks, as a preview does while somebody types."""
        window = self._program.window
        timers = window.findChildren(QTimer) if window is not None else []
        return any(timer.isSingleShot() and timer.isActive() and timer.interval() <= _LONGEST_PAUSE for timer in timers)


def _samples(services: Services, day: date) -> tuple[str, str]:
    """Return a client with much on file and a recent session, or empty texts."""
    from desktop.services.people import PeopleQuery

    rows = services.people.rows(PeopleQuery(limit=40)).rows
    best = max(rows, key=lambda row: services.people.timeline(row.id).total, default=None)
    sessions = services.trainings.rows(day - timedelta(days=400), day)
    return best.id if best else "", sessions[0].id if sessions else ""


def sample_window() -> QMainWindow:
    """Return a login window of a station that does not exist, to see whether fonts and styles came along."""
    model = LoginModel(Path("-"), SystemClock(), SyncTasks())
    window = LoginWindow(model, date(2026, 3, 31), _MORNING)
    model.names_known.emit((AccountName("zhoumin", "周敏", "worker"), AccountName("malixin", "马立新", "head")))
    window.resize(theme.px(1100), theme.px(720))
    return window
