"""Words on screen and paper: Chinese is the source, other languages are catalogues in resources/locale."""

from __future__ import annotations

from desktop import resources

_catalogue: dict[str, str] = {}
_language = "zh"


def use_language(language: str) -> None:
    """Switch every later `tr` to `language` ("zh" or "en")."""
    import json  # not at the top: Chinese needs none, and the login window waits for nothing

    global _catalogue, _language
    _language = language
    _catalogue = {} if language == "zh" else json.loads(resources.text(f"locale/{language}.json"))


def language() -> str:
    """Return the language in force, "zh" or "en"."""
    return _language


def tr(chinese: str, **values: object) -> str:
    """Return the sentence in the language in force, with {named} values put in."""
    sentence = _catalogue.get(chinese, chinese)
    return sentence.format(**values) if values else sentence
