import pytest

from desktop.domain.permissions import Actor
from desktop.errors import NotAllowed


def test_an_actor_may_what_the_role_includes_and_nothing_else() -> None:
    actor = Actor("u", "张三", "clerk", frozenset({"people.read"}))
    assert actor.may("people.read")
    actor.require("people.read")
    assert not actor.may("people.reveal")
    with pytest.raises(NotAllowed) as refused:
        actor.require("people.reveal")
    assert (refused.value.code, refused.value.exit_status) == ("not_allowed", 1)
    assert refused.value.remedy
