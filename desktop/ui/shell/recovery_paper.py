"""The recovery code between screen and paper: fresh, printed on request, kept nowhere."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.services import keys
from desktop.services.clock import Clock
from desktop.ui.kit.tasks import Runner
from desktop.ui.shell.recovery_code import CodePage


class RecoveryPaper(QObject):
    """Holds a new code until it was typed back and is in force."""

    def __init__(self, clock: Clock, tasks: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock, self._tasks = clock, tasks
        self._code = ""
        self.station_name = ""

    def code(self) -> str:
        """Return the code, made when it is first asked for."""
        if not self._code:
            self._code = keys.new_recovery_code()
        return self._code

    def made_on(self) -> str:
        """Return the day the code was made, for the sheet."""
        return self._clock.today().isoformat()

    def forget(self) -> None:
        """Drop the code: it is in force and on paper."""
        self._code = ""

    def attach(self, page: CodePage) -> None:
        """Find the printers for a page and print for it."""

        def names() -> tuple[str, ...]:
            from desktop.devices import printers

            return tuple(printers.names())

        def send(printer: str, is_blank: bool) -> None:
            from desktop.devices import printers
            from desktop.documents import recovery

            code = "" if is_blank else self.code()
            printers.send(recovery.render(self.station_name, code, made_on=self._clock.today()), printer)

        def hand_over(printer: str, is_blank: bool) -> None:
            said = page.say_blank_printed if is_blank else page.say_printed
            self._tasks.run(
                lambda: send(printer, is_blank), lambda _: said(), page.say_failure, lane="files", owner=page
            )

        page.print_wanted.connect(hand_over)
        self._tasks.run(names, page.set_printers, lambda _: page.set_printers(()), lane="files", owner=page)
