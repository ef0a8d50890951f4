"""Who may do what: an actor carries the permissions of the role (table in resources/permissions)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from desktop.errors import NotAllowed
from desktop.i18n import tr


def permissions_of(role: str, actions: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return what a role may do, from the table action -> roles; an unknown role may do nothing."""
    return frozenset(action for action, roles in actions.items() if role in roles)


@dataclass(frozen=True)
class Actor:
    """The person at the desk: `permissions` are names such as "people.register"."""

    user_id: str
    name: str
    role: str
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Say whether the role includes `permission`; screens use it only to grey things out."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise NotAllowed unless the role includes `permission`; the first line of every service method."""
        if permission not in self.permissions:
            raise NotAllowed("not_allowed", tr("您的角色不能做这件事。"), tr("请由站长办理，或请站长调整您的角色。"))
