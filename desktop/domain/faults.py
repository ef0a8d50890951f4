"""What is wrong with an input, said before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One remark on one field; `severity` is "error" (cannot be saved) or "warning" (look again)."""

    field: str | None
    code: str
    message: str
    severity: str = "error"


@dataclass(frozen=True)
class Verdict:
    """The answer of `may`: yes or no, and because of what; `article` names the rule."""

    yes: bool
    because: str
    article: str = ""
