"""Drives the running program from outside by the accessibility tree; started with the system's Python (python3-gi).

Reads one JSON command a line from stdin, {"do": "start", "argv": [...]}, and answers with one JSON line; the verbs are
the public methods of Desk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
PRESSABLE = {
    "push button",
    "button",
    "toggle button",
    "radio button",
    "check box",
    "menu item",
    "page tab",
    "list item",
    "table cell",
}
EDITABLE = {"text", "entry", "password text", "spin button", "paragraph"}


class Desk:
    """One program on one virtual screen."""

    def __init__(self):
        self.launcher = subprocess.Popen(
            [LAUNCHER, "--launch-immediately"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(0.5)
        Atspi.init()
        self.program = None

    def start(self, argv):
        """Start the program under test and wait until its window stands in the tree."""
        env = dict(os.environ, QT_ACCESSIBILITY="1", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb")
        self.program = subprocess.Popen(argv, env=env, stdout=sys.stderr, stderr=sys.stderr)
        return self.until(lambda: self.application() is not None and self.application().get_child_count() > 0)

    def application(self):
        """Return the root of the program's tree, or None."""
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_process_id() == self.program.pid:
                return child
        return None

    def nodes(self):
        """Yield every showing node with its role and name."""
        stack = [self.application()]
        while stack:
            node = stack.pop()
            if node is None:
                continue
            try:
                yield node, node.get_role_name(), node.get_name() or ""
                count = min(node.get_child_count(), 400)
                stack.extend(node.get_child_at_index(index) for index in reversed(range(count)))
            except gi.repository.GLib.GError:
                continue

    def find(self, name, roles=None, exact=True):
        """Return the first showing node of this name."""
        for node, role, label in self.nodes():
            fits = label.strip() == name if exact else name in label
            if fits and (roles is None or role in roles) and node.get_state_set().contains(Atspi.StateType.SHOWING):
                return node
        return None

    def until(self, question, seconds=30.0):
        """Ask until the answer is true; says whether it became so."""
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            try:
                if question():
                    return True
            except gi.repository.GLib.GError:
                pass
            if self.program is not None and self.program.poll() is not None:
                return False
            time.sleep(0.1)
        return False

    def press(self, name):
        """Press the button or tab of this name."""
        if not self.until(lambda: self.find(name, PRESSABLE) is not None):
            return False
        node = self.find(name, PRESSABLE)
        actions = node.get_action_iface()
        wanted = [
            i
            for i in range(actions.get_n_actions())
            if actions.get_action_name(i) in {"Press", "Toggle", "press", "click", "toggle"}
        ]
        return actions.do_action(wanted[0] if wanted else 0)

    def fill(self, name, text):
        """Put a text into the field of this name."""
        if not self.until(lambda: self.find(name, EDITABLE) is not None):
            return False
        node = self.find(name, EDITABLE)
        node.get_component_iface().grab_focus()
        return node.get_editable_text_iface().set_text_contents(text)

    def wait(self, text):
        """Wait until something on the screen says `text`."""
        return self.until(lambda: self.find(text, exact=False) is not None)

    def gone(self, text):
        """Wait until nothing on the screen says `text` any more."""
        return self.until(lambda: self.find(text, exact=False) is None)

    def names(self):
        """Return all named nodes, for the message of a failing test."""
        return [f"{role}: {label}" for _node, role, label in self.nodes() if label]

    def key(self, keys):
        """Press a key combination as xdotool writes it."""
        return subprocess.run(["xdotool", "key", "--clearmodifiers", *keys.split()], check=False).returncode == 0

    def stop(self):
        """Ask the program to end, then end the bus launcher."""
        self.program.terminate()
        try:
            self.program.wait(20)
        except subprocess.TimeoutExpired:
            self.program.kill()
        self.launcher.terminate()
        return True


def main():
    """Answer commands until stdin ends."""
    desk = Desk()
    for line in sys.stdin:
        command = json.loads(line)
        verb = command.pop("do")
        answer = getattr(desk, verb)(**command)
        print(json.dumps(answer, ensure_ascii=False), flush=True)
        if verb == "stop":
            break


if __name__ == "__main__":
    main()
