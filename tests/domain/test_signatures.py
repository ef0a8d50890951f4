from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.consents import PersonFacts
from desktop.domain.signatures import ScopeAnswer, SignedPaper, check_paper
from tests.domain.rules import PAPERS

TODAY = date(2026, 3, 31)
ADULT = PersonFacts(date(1980, 1, 1), "undetermined", has_guardian=True)
SCOPES = tuple(ScopeAnswer(scope, is_agreed=True) for scope in "abcdefghijklm")
GOOD = SignedPaper("p", "consent", "2026-03-05", "2026-03-05", "2027-03-04", scopes=SCOPES)


def told(paper: SignedPaper, person: PersonFacts = ADULT) -> set[tuple[str | None, str, str]]:
    return {(fault.field, fault.code, fault.severity) for fault in check_paper(paper, person, TODAY, PAPERS)}


def test_a_right_paper_has_no_faults() -> None:
    assert told(GOOD) == set()
    assert told(replace(GOOD, kind="agreement", scopes=())) == set()
    assert told(replace(GOOD, valid_from="", valid_to="")) == set()
    assert told(replace(GOOD, valid_to="2026-03-05")) == set()
    assert told(replace(GOOD, valid_to="2031-03-09")) == set()
    assert told(replace(GOOD, valid_to="2031-03-10")) == {("valid_to", "term_long", "warning")}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"signed_on": ""}, ("signed_on", "date_unreadable", "error")),
        ({"signed_on": "2026-04-01"}, ("signed_on", "date_in_future", "error")),
        ({"valid_from": "soon"}, ("valid_from", "date_unreadable", "error")),
        ({"valid_to": "2027-02-30"}, ("valid_to", "date_unreadable", "error")),
        ({"valid_to": "2026-03-04"}, ("valid_to", "term_reversed", "error")),
        ({"valid_to": "2036-03-04"}, ("valid_to", "term_long", "warning")),
        ({"valid_from": "2026-03-01"}, ("valid_from", "before_signing", "warning")),
        ({"is_client_signed": False}, ("is_client_signed", "signature_missing", "error")),
        ({"is_guardian_signed": False}, ("is_guardian_signed", "signature_missing", "error")),
        ({"is_client_signed": False, "is_guardian_signed": False}, ("is_client_signed", "nobody_signed", "error")),
        ({"scopes": ()}, ("scopes", "scopes_missing", "error")),
        ({"scopes": SCOPES[1:]}, ("scopes", "scope_refused", "warning")),
    ],
)
def test_each_fault_is_told_at_its_field(change: dict[str, object], fault: tuple[str, str, str]) -> None:
    assert told(replace(GOOD, **change)) == {fault}  # type: ignore[arg-type]


def test_a_client_who_cannot_write_is_excused_by_a_note_but_a_guardian_is_not() -> None:
    assert told(replace(GOOD, is_client_signed=False, signer_note="手抖，捺印，见证人王某")) == set()
    assert told(replace(GOOD, is_guardian_signed=False, signer_note="外出")) == {
        ("is_guardian_signed", "signature_missing", "error")
    }


def test_without_a_guardian_on_file_the_client_signs_and_the_reason_is_written() -> None:
    alone = replace(ADULT, has_guardian=False)
    assert told(GOOD, alone) == {("is_guardian_signed", "guardian_unknown", "error")}
    unsigned = replace(GOOD, is_guardian_signed=False)
    assert told(unsigned, alone) == {("is_guardian_signed", "signature_missing", "error")}
    assert told(replace(unsigned, signer_note="无近亲属，联系人村委"), alone) == set()
    assert told(unsigned, replace(alone, capacity="full")) == set()


def test_the_age_on_the_day_of_signing_decides() -> None:
    child = replace(ADULT, birth_on=date(2012, 3, 6))
    unsigned = replace(GOOD, is_client_signed=False)
    assert told(unsigned, child) == set(), "thirteen: the guardian signs for the child"
    assert told(replace(unsigned, signed_on="2026-03-06", valid_from=""), child) == {
        ("is_client_signed", "signature_missing", "error")
    }
