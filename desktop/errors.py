"""The two kinds of trouble a person meets: what the person can mend, and what the world did.

Anything else that is raised is a bug.
"""

from __future__ import annotations


class KangyiError(Exception):
    """A sentence for the staff: what is wrong, what to do, and a code for scripts.

    `code` is one of the codes of the command-line contract; `field` names the input it belongs to.
    """

    exit_status = 1

    def __init__(self, code: str, message: str, remedy: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.field = field


class ValidationError(KangyiError):
    """The person at the desk can mend it: a wrong password, a bad field, a bundle that is not for us."""

    exit_status = 1


class NotAllowed(ValidationError):
    """The role of this person does not include the action."""


class OperationalError(KangyiError):
    """The world failed: disk, stick, key, lock, damage, a newer file; nothing was changed."""

    exit_status = 3
