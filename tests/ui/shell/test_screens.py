"""Every screen with real data: it fits a small laptop, has a name for everything, and all of it is reached by Tab."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from desktop import main, mainthread
from desktop.errors import ValidationError
from desktop.services.clock import Clock
from desktop.ui.kit import theme
from desktop.ui.shell.areas import AREAS
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.program import Program
from desktop.ui.shell.screens import Camera
from tests.conftest import LOGIN, PASSWORD, Template

SMALL = (1366, 690)
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractSpinBox)


class Visitor(Camera):
    """A camera that looks at each screen instead of taking its picture."""

    def __init__(self, program: Program, to: Path, dark: bool, scale: float) -> None:
        super().__init__(program, to, SMALL, dark, scale)
        self.too_large: dict[str, tuple[int, int]] = {}
        self.nameless: dict[str, list[str]] = {}
        self.unreached: dict[str, list[str]] = {}

    def _grab(self, name: str) -> None:
        super()._grab(name)
        window = self._program.window
        assert window is not None
        size = window.minimumSizeHint()
        if size.width() > SMALL[0] or size.height() > SMALL[1]:
            self.too_large[name] = (size.width(), size.height())
        controls = [each for each in window.findChildren(QWidget) if isinstance(each, CONTROLS) and each.isVisible()]
        # a line of text inside a combo box or spin box is read out as part of it
        own = [each for each in controls if not isinstance(each.parentWidget(), CONTROLS)]
        self.nameless[name] = [describe(each) for each in own if not spoken(each)]
        self.unreached[name] = unreached(window, [each for each in own if each.isEnabled()])


def spoken(control: QWidget) -> str:
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return control.accessibleName() or text or control.toolTip()


def describe(control: QWidget) -> str:
    parents = []
    parent = control.parentWidget()
    while parent is not None and len(parents) < 3:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    return f"{type(control).__name__}({spoken(control)}) in {' in '.join(parents)}"


def unreached(window: QWidget, controls: list[QWidget]) -> list[str]:
    """Return the controls that Tab never comes to; what a container handles by keys is reached through it."""
    chain: list[QWidget] = []
    each = window.nextInFocusChain()
    while each is not None and each is not window:
        chain.append(each)
        each = each.nextInFocusChain()
    reached = {each for each in chain if each.focusPolicy() & Qt.FocusPolicy.TabFocus}

    def is_reached(control: QWidget) -> bool:
        if control in reached or is_group(control):
            return True
        parent = control.parentWidget()
        return parent in reached or isinstance(parent, QAbstractScrollArea)

    return [describe(control) for control in controls if not is_reached(control)]


def is_group(control: QWidget) -> bool:
    """Say whether arrows lead here from another button of an exclusive group."""
    return isinstance(control, QAbstractButton) and (control.autoExclusive() or control.group() is not None)


@pytest.fixture
def program(styled: QApplication, filled_template: Template, tmp_path: Path, clock: Clock) -> Iterator[Program]:
    folder = tmp_path / "station"
    shutil.copytree(filled_template.folder, folder)
    mainthread.forbid_slow_work_here()
    made = Program(styled, folder, clock)
    yield made
    made.tasks.close()
    made.deleteLater()
    theme.apply(styled)


@pytest.mark.parametrize(("dark", "scale"), [(False, 1.0), (True, 1.3)])
def test_every_screen_fits_names_everything_and_is_reached_by_keys(
    program: Program, tmp_path: Path, dark: bool, scale: float
) -> None:
    visitor = Visitor(program, tmp_path / "pictures", dark, scale)
    taken = visitor.take(LOGIN, PASSWORD)
    names = {file.name.split("-")[0] for file in taken}
    assert {"login", "first_run", "recovery", *AREAS} <= names
    assert visitor.too_large == {}
    assert {name: found for name, found in visitor.nameless.items() if found} == {}
    assert {name: found for name, found in visitor.unreached.items() if found} == {}
    for file in taken:
        picture = QImage(str(file))
        assert (picture.width(), picture.height()) == SMALL, file.name
        colours = {picture.pixel(x, y) for x in range(0, SMALL[0], 11) for y in range(0, SMALL[1], 11)}
        assert len(colours) > 12, f"{file.name} shows nothing"


def test_wrong_password_takes_no_pictures_of_the_station(
    styled: QApplication, filled_template: Template, tmp_path: Path, clock: Clock
) -> None:
    program = Program(styled, filled_template.folder, clock)
    camera = Camera(program, tmp_path / "pictures", SMALL, dark=False, scale=1.0)
    with pytest.raises(ValidationError) as caught:
        camera.take(LOGIN, "不对的密码一二三四五")
    assert caught.value.code == "wrong_password"
    assert not isinstance(program.window, MainWindow)
    program.tasks.close()
    program.window.hide()  # type: ignore[union-attr]


def test_picture_of_the_smoke_test_shows_a_window(styled: QApplication, tmp_path: Path) -> None:
    main.grab_window(tmp_path / "window.png")
    picture = QImage(str(tmp_path / "window.png"))
    assert picture.width() >= 1100
    assert len({picture.pixel(x, y) for x in range(0, 1100, 7) for y in range(0, 700, 7)}) > 100
