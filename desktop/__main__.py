"""python -m desktop, and the command `kangyi`: a verb runs in the terminal, no verb opens the window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.cli.calls import Call

_OLDEST, _NEWEST = (3, 11), (3, 13)


def main() -> int:
    """Run the program with the arguments of the command line; return the exit status."""
    if not _OLDEST <= sys.version_info[:2] <= _NEWEST:
        sys.stderr.write("康驿需要 Python 3.11 到 3.13，请先安装合适的版本。\n")
        return 2
    if not sys.argv[1:]:  # as the icon starts it: the window does not wait for the grammar of the terminal
        from desktop.main import open_window
        from desktop.services.folders import usual_folder

        return open_window(usual_folder())
    from desktop.cli import program

    return program.main(sys.argv[1:], _window)


def _window(call: Call) -> int:
    """Open the window, or make pictures of its screens, or try the whole program out."""
    from desktop import main as root

    if call.arguments.smoke is not None:
        from desktop.cli import smoke

        return smoke.run(call, root.grab_window, call.arguments.smoke)
    if call.arguments.screens is not None:
        for dark in (False, True):
            root.make_screens(call.data, call.login(), call.password(), call.on, call.arguments.screens, dark=dark)
        return 0
    return root.open_window(call.data, call.on)


if __name__ == "__main__":
    sys.exit(main())
