"""The shipped parameters, read once: the rules are tested as they go out."""

from desktop.services import codes

PEOPLE = codes.people_rules()
PAPERS = codes.consent_rules()
LIFECYCLE = codes.lifecycle()
