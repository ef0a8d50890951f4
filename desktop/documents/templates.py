"""Templates of papers: words with {named.fields}, **bold**, conditions, tables; data in resources/documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from desktop import resources

Rows = Sequence[Mapping[str, object]]
Scopes = Sequence[tuple[str, bool]]
Run = list[str]

_MARKS = re.compile(r"\*\*|\{([a-z_.]+)(?::(\d+))?\}")
_BLANK = "＿"
_USUAL_BLANKS = 6


@cache
def versions() -> dict[str, tuple[int, ...]]:
    """Return the versions of every kind of paper that came with the program, oldest first."""
    found: dict[str, list[int]] = {}
    for file in sorted(resources.path("documents").glob("*.*.toml")):
        kind, version = file.name.split(".")[:2]
        found.setdefault(kind, []).append(int(version))
    return {kind: tuple(sorted(numbers)) for kind, numbers in found.items()}


def load(kind: str, version: str | None = None) -> dict[str, Any]:
    """Return a template, the newest version unless one is named; KeyError when there is none."""
    number = int(version) if version else versions()[kind][-1]
    return resources.table(f"documents/{kind}.{number}.toml")


def known_fields(template: Mapping[str, Any], given: Mapping[str, object]) -> dict[str, str]:
    """Return the fields the template prints as the text that is printed; others of `given` are left out, not stored."""
    dates, usual, spelled = template.get("dates", ()), template.get("usual", {}), template.get("spelled", {})
    fields = {}
    for name in template["fields"]:
        text = _as_text(given.get(name), name in dates) or usual.get(name, "")
        fields[name] = spelled.get(name, {}).get(text, text)
    return fields


def _as_text(value: object, is_date: bool) -> str:
    """Write a value as on paper: dates as 2026年3月31日, nothing as nothing."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value).strip()
    if is_date and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        year, month, day = text.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    return text


class Writer:
    """Turns the blocks of one template into the complete words of one paper."""

    def __init__(
        self,
        template: Mapping[str, Any],
        fields: Mapping[str, str],
        scopes: Scopes = (),
        rows: Mapping[str, Rows] | None = None,
    ) -> None:
        self._template = template
        self._fields = fields
        self._answers = dict(scopes)
        self._rows = rows or {}

    def blocks(self) -> list[dict[str, Any]]:
        """Return the blocks whose condition holds, with every placeholder replaced."""
        return [self._block(block) for block in self._template["blocks"] if self.holds(block.get("when", ""))]

    def holds(self, condition: str) -> bool:
        """Say whether `name`, `name=value`, their negation by `!`, or several joined by `&` hold for the fields."""
        return all(self._holds_one(part.strip()) for part in condition.split("&") if part.strip())

    def _holds_one(self, condition: str) -> bool:
        name, equals, wanted = condition.removeprefix("!").partition("=")
        value = self._fields[name]
        return (value == wanted if equals else bool(value)) != condition.startswith("!")

    def _block(self, block: Mapping[str, Any]) -> dict[str, Any]:
        written = {
            key: block[key] for key in ("is", "look", "keep", "may_split_large", "mm", "widths", "head") if key in block
        }
        if block["is"] == "table":
            written["rows"] = self._table(block)
        elif block["is"] == "scopes":
            written |= {"is": "table", "rows": [*self._table(block), *self._scopes(block)]}
        elif "text" in block:
            written["runs"] = self.runs(block["text"])
        return written

    def _table(self, block: Mapping[str, Any]) -> list[dict[str, Any]]:
        heights = block.get("heights", [])
        rows = [
            self._row(row, heights[i] if i < len(heights) else block.get("height", 0))
            for i, row in enumerate(block["rows"])
            if self._is_row_wanted(block, i)
        ]
        return rows + self._repeated(block)

    def _is_row_wanted(self, block: Mapping[str, Any], index: int) -> bool:
        return self.holds(block.get("row_when", {}).get(str(index), ""))

    def _repeated(self, block: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Write one row for each line of the list the block names, and empty rows up to its least number."""
        if "repeat" not in block:
            return []
        lines = list(self._rows.get(block["repeat"], ()))
        lines += [{}] * max(0, block.get("at_least", 0) - len(lines), block.get("spare", 0))
        return [self._line(block, number, line) for number, line in enumerate(lines, 1)]

    def _line(self, block: Mapping[str, Any], number: int, line: Mapping[str, object]) -> dict[str, Any]:
        values = {f"row.{name}": _as_text(value, False) for name, value in line.items()}
        values["row.number"] = str(number)
        wanted = {**dict.fromkeys(block["columns"], ""), **values}
        writer = Writer(self._template, {**self._fields, **wanted})
        return writer._row(block["line"], block.get("line_height", 0))

    def _scopes(self, block: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [self._scope(scope, block.get("line_height", 0)) for scope in self._template["scopes"]]

    def _scope(self, scope: Mapping[str, Any], height: float) -> dict[str, Any]:
        """Write the row of one tick-box; an answer nobody agreed on beforehand leaves both boxes empty."""
        answer = self._answers.get(scope["code"])
        agreed, refused = self._template["answers"]
        ticks = [[agreed, answer is True], [refused, answer is False]]
        need = self._template["needs"][scope["need"]]
        cells = ({"text": scope["code"], "look": "center"}, scope["text"], {"text": need, "look": "center"})
        return self._row([*cells, {"ticks": ticks, "look": "ticks"}], height)

    def _row(self, cells: Sequence[str | Mapping[str, Any]], height: float) -> dict[str, Any]:
        return {"height": height, "cells": [self._cell(cell) for cell in cells]}

    def _cell(self, cell: str | Mapping[str, Any]) -> dict[str, Any]:
        """Write one cell; a text that begins with # is the label of the cell beside it."""
        given: Mapping[str, Any] = {"text": cell} if isinstance(cell, str) else cell
        text = given.get("text", "")
        look = "label" if text.startswith("#") else given.get("look", "value")
        written = {"runs": self.runs(text.removeprefix("#"), blanks=0), "look": look, "span": given.get("span", 1)}
        if "rows" in given:
            written["rows"] = given["rows"]
        if "ticks" in given:
            written["ticks"] = [[tick, False] if isinstance(tick, str) else list(tick) for tick in given["ticks"]]
        return written

    def runs(self, text: str, blanks: int = _USUAL_BLANKS) -> list[Run]:
        """Return [text, "" or "b"] pieces; values are put in after the marks were read, so they can hold any character.

        An empty field prints as many blanks to write on as `{name:n}` says, else `blanks`.
        """
        pieces: list[Run] = []
        look, at = "", 0
        for mark in _MARKS.finditer(text):
            pieces.append([text[at : mark.start()], look])
            if mark[1]:
                pieces.append([self._fields[mark[1]] or _BLANK * int(mark[2] or blanks), look])
            else:
                look = "" if look else "b"
            at = mark.end()
        pieces.append([text[at:], look])
        return _joined(pieces)


def _joined(pieces: list[Run]) -> list[Run]:
    """Join neighbours of the same look and drop empty ones."""
    joined: list[Run] = []
    for text, look in pieces:
        if joined and joined[-1][1] == look:
            joined[-1][0] += text
        elif text:
            joined.append([text, look])
    return joined
