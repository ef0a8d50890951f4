"""Consents and agreements signed before the program came (补录), taken over from a sheet.

Such a paper opens the gate of services only when the sheet says that the signed original is there and by whom it was
signed, under the same rules as a paper entered by hand; without it, it is noted as a draft that never counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop import resources
from desktop.domain.consents import PAPER_BEFORE, PersonFacts
from desktop.domain.past import meaning_of, parts_of, word_in
from desktop.domain.signatures import ScopeAnswer, SignedPaper, check_paper
from desktop.i18n import tr
from desktop.models.documents import Agreement, Consent
from desktop.services import codes, counting, standings
from desktop.services.consents import NOTED, sign_paper
from desktop.services.imported import Calendar, PastLine, PastTaker, say_again
from desktop.services.takers import words_of_kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import ListSheet
    from desktop.services.journal import Journal
    from desktop.services.takers import PlannedLine

_TABLES: dict[str, type[Consent | Agreement]] = {"consent": Consent, "agreement": Agreement}
# field of a signed paper -> column of the sheet, where they differ
_CELLS = {"is_client_signed": "signers", "is_guardian_signed": "signers"}
_OF_DATES = frozenset({"valid_from", "valid_to"})


@dataclass
class PastPaper(PastLine):
    """A line as a signed paper; `is_seen` says that the original is there."""

    paper: SignedPaper | None = None
    is_seen: bool = False


class PapersTaker(PastTaker):
    """Takes over papers; one of the same client, kind and day is not made twice."""

    permission = "consents.sign"
    line_type = PastPaper

    def _look(self, db: Session, sheet: ListSheet, lines: Sequence[PastLine], today: date) -> None:
        mine = [planned for planned in lines if isinstance(planned, PastPaper)]
        person_ids = {planned.person_id for planned in mine}
        calendar, facts = Calendar(db, today, person_ids), standings.facts_of(db, person_ids)
        titled = word_in(sheet.heading, words_of_kind("agreements").codes["paper"])
        known, seen = _known(db, person_ids), dict[Any, int]()
        for planned in mine:
            if not calendar.judge_cell(planned, "signed_on"):
                continue
            planned.paper = _read(planned, titled, facts[planned.person_id], today)
            if planned.paper is not None and planned.fate != "reject":
                what = (planned.person_id, planned.paper.kind, planned.day("signed_on"))
                if not say_again(planned, seen, what, "signed_on"):
                    planned.fate = _fate(planned, known.get(what))

    def take(self, db: Session, lines: Sequence[PlannedLine], journal: Journal) -> None:
        """Store the papers, and let cases and counts of these clients follow them."""
        for planned in lines:
            if isinstance(planned, PastPaper) and planned.is_stored and planned.paper is not None:
                with journal.row(planned.line.excel_row):
                    if planned.is_seen:
                        sign_paper(db, planned.paper, PAPER_BEFORE)
                        counting.after_papers(db, [planned.person_id], self.desk.clock.today())
                    else:
                        _note(db, planned, planned.paper)

    def settle(self, db: Session, person_ids: Collection[str]) -> None:
        """Count services anew when papers were taken back."""
        counting.recount(db, person_ids)


def _read(planned: PastPaper, titled: str, facts: PersonFacts, today: date) -> SignedPaper | None:
    """Read a line as a paper; when the original is there it is judged as one entered by hand."""
    kind = planned.read.text("paper") or titled
    if not kind:
        planned.reject("paper", "paper_unsaid", tr("没有写是知情同意书还是服务协议。"))
        return None
    planned.is_seen = planned.read.values.get("original") is True
    paper = _paper(planned, kind)
    unread = {remark.key for remark in planned.remarks if remark.verdict == "error"}
    for fault in check_paper(paper, facts, today, codes.consent_rules()):
        cell = _CELLS.get(fault.field or "", fault.field or "paper")
        if (planned.is_seen or fault.field in _OF_DATES) and cell not in unread:
            planned.note(cell, fault.severity, fault.code, fault.message)
    if not planned.is_seen:
        message = tr("没有写明有签字的原件：只记下来，不算有效，不能凭它计入服务。")
        planned.note("original", "warning", "original_unseen", message)
    return paper


def _paper(planned: PastPaper, kind: str) -> SignedPaper:
    text, signers = planned.read.text, _signers(planned)
    return SignedPaper(
        planned.person_id, kind, text("signed_on"), text("valid_from"), text("valid_to"),
        is_client_signed="client" in signers, is_guardian_signed="guardian" in signers, signer_note=text("signer_note"),
        scopes=_scopes(planned) if kind == "consent" else (),
    )  # fmt: skip


def _signers(planned: PastPaper) -> set[str]:
    """Return who signed, "client" and "guardian"."""
    words = resources.table("imports/agreements.toml")["signers"]
    typed = planned.read.text("signers")
    told = {meaning_of(words, part) for part in parts_of(typed.replace("和", "、").replace("及", "、"))}
    if "" in told:
        planned.reject("signers", "word_unknown", tr("看不懂“{typed}”，请写本人、监护人或双方。", typed=typed))
    return {"client", "guardian"} if "both" in told else told


def _scopes(planned: PastPaper) -> tuple[ScopeAnswer, ...]:
    """Return the tick-boxes that the sheet says were ticked: all of them, letters, or their words."""
    typed = planned.read.text("scopes")
    entries = codes.entries("consent_scope")
    if meaning_of(resources.table("imports/agreements.toml")["scopes"], typed):
        return tuple(ScopeAnswer(entry["code"], True) for entry in entries)
    letters = {word: entry["code"] for entry in entries for word in (entry["label"], entry["code"])}
    ticked = {letters.get(part, letters.get(part.casefold(), "")) for part in parts_of(typed)}
    if "" in ticked:
        planned.reject("scopes", "word_unknown", tr("看不懂同意事项，请写“全部”，或 a、b、c 这样的字母。"))
    return tuple(ScopeAnswer(entry["code"], entry["code"] in ticked) for entry in entries) if ticked else ()


def _known(db: Session, person_ids: Collection[str]) -> dict[tuple[object, ...], Consent | Agreement]:
    """Return the papers that stand already, by client, kind and day of signing."""
    found: dict[tuple[object, ...], Consent | Agreement] = {}
    for kind, table in _TABLES.items():
        papers: Iterable[Consent | Agreement] = db.scalars(
            select(table).where(table.is_deleted.is_(False), table.signed_on.is_not(None))
        )
        found |= {(one.person_id, kind, one.signed_on): one for one in papers if one.person_id in person_ids}
    return found


def _fate(planned: PastPaper, known: Consent | Agreement | None) -> str:
    """Return the fate: a paper that was only noted comes into force when the sheet now says that it was seen."""
    if known is None:
        return "new"
    return "change" if known.status == NOTED and planned.is_seen else "same"


def _note(db: Session, planned: PastPaper, paper: SignedPaper) -> None:
    """Write down that there should be a paper; it never counts."""
    db.add(
        _TABLES[paper.kind](
            person_id=paper.person_id, status=NOTED, evidence=PAPER_BEFORE, signed_on=planned.day("signed_on"),
            valid_from=planned.day("valid_from"), valid_to=planned.day("valid_to"),
            is_client_signed=paper.is_client_signed, is_guardian_signed=paper.is_guardian_signed,
            signer_note=paper.signer_note or None,
        )
    )  # fmt: skip
