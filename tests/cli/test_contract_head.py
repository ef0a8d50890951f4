"""The head of every answer: the verb is named in full, also when the command line could not be read."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Kangyi


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        (("hub", "people", "--db", "postgresql://hub:geheim@db/hub"), "hub people"),
        (("bundle", "verify", "x.kyb"), "bundle verify"),
        (("hub", "geheim"), "hub"),
        (("import-roster",), "import-roster"),
        (("--on", "31.3.2026", "people"), "people"),
        (("poem",), ""),
    ],
)
def test_verb_is_named_in_full(kangyi: Kangyi, words: tuple[str, ...], verb: str) -> None:
    said = kangyi.run("--json", *words)
    assert said.status == 2
    assert said.answer["verb"] == verb
    assert said.answer["schema"] is None
    assert "geheim" not in said.out + said.err
