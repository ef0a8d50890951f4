"""Drives the running program from outside through the accessibility tree; started with the system's own Python.

Reads one JSON command a line from stdin and answers each with one JSON line on the file descriptor given.
Everything waits for what it asks for, nothing sleeps for a guessed time. Keys are typed on the virtual keyboard of
the X server, as a person types them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - the version is chosen first
from screen import Screen  # noqa: E402 - beside this file; this is no package to the system's Python

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
PATIENCE = 60.0  # seconds: a busy machine is slow, not broken
PAUSE = 0.05
NO_HURRY = int(PATIENCE * 1000)  # ms the bus waits for an answer
KEPT = Atspi.Cache.ROLE | Atspi.Cache.INTERFACES  # all else that is remembered may be of the screen before
EDITABLE = {"text", "entry", "password text", "spin button", "paragraph"}
PRESSES = ("Press", "Toggle", "press", "click", "toggle")
WINDOWS = {"frame", "window", "dialog"}
KEYSYMS = {
    "Return": 0xFF0D, "Tab": 0xFF09, "Escape": 0xFF1B, "BackSpace": 0xFF08, "space": 0x20, "F9": 0xFFC6,
    "Left": 0xFF51, "Up": 0xFF52, "Right": 0xFF53, "Down": 0xFF54, "Home": 0xFF50, "End": 0xFF57,
}  # fmt: skip
MODIFIERS = {"shift": 1, "ctrl": 4, "alt": 8}


class Desk:
    """One program on one virtual screen."""

    def __init__(self):
        self.launcher = subprocess.Popen(
            [LAUNCHER, "--launch-immediately"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.screen = Screen()
        self.program = None
        self.seen_titles = set()
        # were a late answer given up, a click would be done twice
        Atspi.set_timeout(NO_HURRY, NO_HURRY)
        if not self.until(lambda: Atspi.init() in (0, 1) and Atspi.get_desktop(0) is not None):
            raise SystemExit("no accessibility bus")

    # what the clerk does

    def start(self, argv):
        """Start the program under test and wait until its window shows."""
        env = dict(os.environ, QT_ACCESSIBILITY="1", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb")
        self.program = subprocess.Popen(argv, env=env, stdout=sys.stderr, stderr=sys.stderr)
        return self.until(lambda: any(True for _ in self.windows()))

    def press(self, name, within=""):
        """Press the button, tab or tick of this name once it can be pressed; wait until it is up again or gone."""
        return self.until(lambda: self.find_and_press(name, within))

    def find_and_press(self, name, within):
        """Press once what can be pressed; an error of the bus counts only while there is still something to press."""
        node = self.find(name, within, can=self.can_press)
        if node is None:
            return False
        try:
            is_taken = self.act(node)
        except GLib.GError:
            return self.find(name, within, can=self.can_press) is None
        return is_taken and self.until(lambda: not self.is_down(node))

    def is_down(self, node):
        """Say whether a button is held down: Qt clicks a tenth of a second after it was asked to."""
        try:
            return self.has(node, Atspi.StateType.PRESSED)
        except GLib.GError:  # it went away with its click
            return False

    def fill(self, name, text, within=""):
        """Put a whole text into a field, as dictation or an input method does."""

        def put():
            node = self.find(name, within, can=self.can_edit)
            return node is not None and self.editable(node).set_text_contents(text)

        return self.until(put) and self.until(lambda: self.text_of(name, within) in (text, "●" * len(text)))

    def focus(self, name, within=""):
        """Put the keyboard's focus on a control."""

        def take():
            self.activate()
            node = self.find(name, within, can=self.can_focus)
            return node is not None and self.component(node).grab_focus() and self.has(node, Atspi.StateType.FOCUSED)

        return self.until(take)

    def tab_to(self, name):
        """Go on by the Tab key until the control or cell of this name has the keyboard."""
        self.activate()
        for _ in range(60):
            before = self.focused()
            if name in before:
                return True
            self.strike(KEYSYMS["Tab"])
            self.until(lambda: self.focused() != before, seconds=1)  # noqa: B023 - asked at once
        return False

    def focused(self):
        """Return how the controls are called that have the keyboard: a list and the line in it, or none."""
        return self.calmly(
            lambda: [self.called(node) for node in self.nodes() if self.has(node, Atspi.StateType.FOCUSED)]
        )

    def type(self, text):
        """Type Latin letters and digits on the keyboard."""
        self.activate()
        return all(self.strike(ord(letter)) for letter in text)

    def key(self, keys):
        """Press one key after another; "ctrl+l" is a combination."""
        self.activate()
        for combination in keys.split():
            *held, last = combination.split("+")
            mask = sum(MODIFIERS[name] for name in held)
            if mask:
                Atspi.generate_keyboard_event(mask, None, Atspi.KeySynthType.LOCKMODIFIERS)
            self.strike(KEYSYMS.get(last) or ord(last))
            if mask:
                Atspi.generate_keyboard_event(mask, None, Atspi.KeySynthType.UNLOCKMODIFIERS)
        return True

    def choose(self, name, option, within=""):
        """Open a list of choices, go to an option by the arrow keys, and take it with Enter."""
        self.activate()
        return (
            self.press(name, within)
            and self.until(lambda: self.step_to(option, name, within))
            and self.key("Return")
            and self.until(lambda: self.name_of(self.find(name, within, can=self.can_focus)) == option)
        )

    def step_to(self, option, name, within):
        """Take one step towards an option of an open list; say whether it was reached already.

        Each step is waited for: keys sent ahead of a slow list would go past the option.
        """
        names, here = self.lines(name, within)
        if here is not None and here != option and option in names:
            self.strike(KEYSYMS["Down" if names.index(here) < names.index(option) else "Up"])
            self.until(lambda: self.lines(name, within)[1] not in (None, here), seconds=10)
        return here == option

    def lines(self, name, within):
        """Return the options of an open list, and which of them is selected."""
        box = self.find(name, within, can=self.can_focus)
        lines = [line for line in self.nodes(box) if line.get_role_name() == "list item"]
        selected = (line.get_name() for line in lines if self.has(line, Atspi.StateType.SELECTED))
        return [line.get_name() for line in lines], next(selected, None)

    def close(self):
        """Close the window as the window manager's button does, and tell how the program ended."""
        if not self.screen.close(self.program.pid):
            return None
        self.until(lambda: self.program.poll() is not None, watch=False)
        return self.program.poll()

    def kill(self):
        """Take the power away: the program gets no chance to do anything."""
        self.program.send_signal(signal.SIGKILL)
        self.program.wait()
        return True

    def stop(self):
        """End the program, if it still runs."""
        if self.program is not None and self.program.poll() is None:
            self.program.terminate()
            try:
                self.program.wait(20)
            except subprocess.TimeoutExpired:
                self.program.kill()
        return True

    # what the clerk sees

    def sees(self, text, within=""):
        """Wait until something on the screen says `text`; tell all that it says."""
        return self.until(lambda: self.name_of(self.find(text, within, is_exact=False)))

    def gone(self, text, within=""):
        """Wait until nothing on the screen says `text` any more."""
        return self.until(lambda: self.find(text, within, is_exact=False) is None)

    def holds(self, name, text, within=""):
        """Wait until a field holds a text."""
        return self.until(lambda: self.text_of(name, within) == text)

    def ticked(self, name, within=""):
        """Wait until an answer is chosen."""
        return self.until(lambda: self.find(name, within, can=lambda node: self.has(node, Atspi.StateType.CHECKED)))

    def has_focus(self, name, within=""):
        """Wait until a control has the keyboard's focus."""

        def look():
            self.activate()
            return self.find(name, within, can=lambda node: self.has(node, Atspi.StateType.FOCUSED))

        return self.until(look)

    def can_be_pressed(self, name, within=""):
        """Tell whether a button can be pressed now."""
        return self.calmly(lambda: self.find(name, within, can=self.can_press) is not None)

    def names(self):
        """Return everything named on the screen, for the message of a failing test."""
        return self.calmly(
            lambda: [f"{node.get_role_name()}: {node.get_name()}" for node in self.nodes() if node.get_name()]
        )

    def titles(self):
        """Return the titles of all windows seen so far."""
        return sorted(self.seen_titles)

    # the tree

    def windows(self):
        """Yield the windows that show."""
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            root = desktop.get_child_at_index(index)
            if root is not None and root.get_process_id() == self.program.pid:
                root.set_cache_mask(KEPT)
                for node in self.children(root):
                    if node.get_role_name() in WINDOWS and node.get_name():  # the list of a choice has no title
                        self.seen_titles.add(node.get_name())
                    yield node

    def nodes(self, start=None):
        """Yield every node that shows, in reading order."""
        stack = [start] if start is not None else list(self.windows())[::-1]
        while stack:
            node = stack.pop()
            try:
                inside = self.children(node)
                yield node
            except GLib.GError:  # it went away while we looked
                continue
            stack.extend(reversed(inside))

    def children(self, node):
        """Return the children that show."""
        found = [node.get_child_at_index(index) for index in range(node.get_child_count())]
        return [child for child in found if child is not None and self.has(child, Atspi.StateType.SHOWING)]

    def find(self, name, within="", is_exact=True, can=lambda _: True):
        """Return the first node of this name (or with it as a part of its words) that can do what is wanted."""
        place = None
        if within:
            place = next((node for node in self.nodes() if node.get_name() == within and self.children(node)), None)
            if place is None:
                return None
        for node in self.nodes(place):
            words = self.called(node) if is_exact else node.get_name() or ""
            if (words == name if is_exact else name in words) and can(node):
                return node
        return None

    def until(self, question, seconds=PATIENCE, watch=True):
        """Ask until the answer is true and return it; False when time ran out or the program ended."""
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            try:
                answer = question()
                if answer:
                    return answer is not None and (answer if isinstance(answer, str) else True)
            except GLib.GError:
                pass
            if watch and self.program is not None and self.program.poll() is not None:
                return False
            time.sleep(PAUSE)
        return False

    def calmly(self, question):
        """Return what is seen in one look during which nothing went away."""
        seen = []
        self.until(lambda: seen.append(question()) or True, watch=False)
        return seen[0] if seen else None

    def activate(self):
        """Give the program's window the keyboard, as a window manager does when it opens."""
        self.until(lambda: self.has(next(self.windows()), Atspi.StateType.ACTIVE) or self.ask_for_keyboard())

    def ask_for_keyboard(self):
        """Ask the X server to send keys to the program's window; it comes true a moment later."""
        self.screen.activate(self.program.pid)

    def act(self, node):
        """Do what pressing a node does."""
        return node.get_action_iface().do_action(self.presses(node)[0])

    def strike(self, keysym):
        """Press and release one key."""
        return Atspi.generate_keyboard_event(keysym, None, Atspi.KeySynthType.SYM)

    def text_of(self, name, within=""):
        """Return what stands in a field."""
        node = self.find(name, within, can=self.can_edit)
        if node is None:
            return None
        text = node.get_text_iface()
        count = Atspi.Text.get_character_count(text)
        if node.get_role_name() == "password text":  # a screen reader is told only how long it is
            return "●" * count
        return Atspi.Text.get_text(text, 0, count)

    def name_of(self, node):
        """Return the words of a node, or None."""
        return node.get_name() if node is not None else None

    def called(self, node):
        """Return what a control is called; a list of choices says what is chosen, and its label what it is for."""
        if node.get_role_name() == "combo box":
            for relation in node.get_relation_set():
                if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
                    return (relation.get_target(0).get_name() or "").removesuffix(" *")
        return (node.get_name() or "").strip()

    def has(self, node, state):
        """Say whether a node is in a state."""
        return node.get_state_set().contains(state)

    def can_press(self, node):
        """Say whether a node can be pressed now."""
        return self.has(node, Atspi.StateType.ENABLED) and bool(self.presses(node))

    def presses(self, node):
        """Return which of the actions of a node press it."""
        actions = node.get_action_iface()
        known = [
            Atspi.Action.get_action_name(actions, place) for place in range(actions.get_n_actions() if actions else 0)
        ]
        return [place for place, name in enumerate(known) if name in PRESSES]

    def can_edit(self, node):
        """Say whether a node takes text."""
        return node.get_role_name() in EDITABLE and node.get_editable_text_iface() is not None

    def can_focus(self, node):
        """Say whether a node takes the focus."""
        return self.has(node, Atspi.StateType.FOCUSABLE) and self.has(node, Atspi.StateType.ENABLED)

    def editable(self, node):
        """Return the part of a node that takes text."""
        return node.get_editable_text_iface()

    def component(self, node):
        """Return the part of a node that has a place and a focus."""
        return node.get_component_iface()


def main():
    """Answer commands until stdin ends."""
    desk = Desk()
    with os.fdopen(int(sys.argv[1]), "w", encoding="utf-8") as answers:  # stdout belongs to the message bus as well
        for line in sys.stdin:
            command = json.loads(line)
            answer = getattr(desk, command.pop("do"))(**command)
            answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
            answers.flush()
    desk.stop()
    desk.launcher.terminate()


if __name__ == "__main__":
    main()
