"""Papers and photos taken into a file (材料): the form, its pages before they are kept, and what may be wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault, Verdict
from desktop.domain.folding import clean_text
from desktop.i18n import tr

PAPER, PHOTO = "paper", "photo"
WHOLE = (0.0, 0.0, 1.0, 1.0)
_LEAST_PART = 0.02  # of a page's width or height


@dataclass(frozen=True)
class TrayPage:
    """A page waiting to be kept; `piece` names its bytes, `turns` are quarters clockwise, `crop` of the turned page."""

    piece: str
    width: int
    height: int
    turns: int = 0
    crop: tuple[float, float, float, float] = WHOLE


@dataclass(frozen=True)
class ScanDraft:
    """One paper or photo as it is being taken in; dates as text, empty text means unknown."""

    person_id: str
    kind: str = PAPER
    part: str = ""
    title: str = ""
    made_on: str = ""
    document_id: str = ""
    origin: str = "file"
    colour: str = "colour"
    quality: str = "standard"
    pages: tuple[TrayPage, ...] = ()


@dataclass(frozen=True)
class ScanRules:
    """Codes and limits of the form, read from data."""

    codes: Mapping[str, Collection[str]]
    pages: int
    title_length: int


def settle(draft: ScanDraft) -> ScanDraft:
    """Return the form as it is stored: texts cleaned, crops in order and inside the page."""
    return replace(
        draft,
        title=clean_text(draft.title),
        pages=tuple(replace(page, crop=_inside(page.crop)) for page in draft.pages),
    )


def check(draft: ScanDraft, today: date, rules: ScanRules, may_photograph: Verdict | None = None) -> tuple[Fault, ...]:
    """Return what is wrong or doubtful; `may_photograph` is the answer of the consents where the form is a photo."""
    found = [
        Fault(name, "unknown_code", tr("请选择一项。"))
        for name, known in rules.codes.items()
        if getattr(draft, name) not in known
    ]
    if not clean_text(draft.title):
        found.append(Fault("title", "title_missing", tr("请写明这是什么材料，如“残疾证复印件”。")))
    elif len(draft.title) > rules.title_length:
        found.append(Fault("title", "too_long", tr("名称最多 {n} 个字。", n=rules.title_length)))
    found += _check_day(draft.made_on, today)
    found += _check_pages(draft, rules)
    if draft.kind == PHOTO and may_photograph is not None and not may_photograph.yes:
        found.append(Fault("kind", "consent_missing", may_photograph.because))
    return tuple(found)


def draft_of(content: Mapping[str, Any], base: ScanDraft) -> ScanDraft:
    """Return the form as it was kept unfinished; what this version does not know is passed over."""
    known = {each.name for each in fields(ScanDraft)} - {"pages", "person_id"}
    values = {name: value for name, value in content.items() if name in known and isinstance(value, str)}
    pages = tuple(page for each in content.get("pages", ()) if (page := _page_of(each)) is not None)
    return replace(base, **values, pages=pages)


def _page_of(content: Any) -> TrayPage | None:
    try:
        crop = tuple(float(part) for part in content["crop"])
        left, top, right, bottom = crop
        return TrayPage(
            str(content["piece"]), int(content["width"]), int(content["height"]), int(content["turns"]),
            (left, top, right, bottom),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None


def _inside(crop: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return a part of the page that has an area; all of it where none was meant."""
    left, right = sorted(min(max(part, 0.0), 1.0) for part in crop[::2])
    top, bottom = sorted(min(max(part, 0.0), 1.0) for part in crop[1::2])
    return WHOLE if right - left < _LEAST_PART or bottom - top < _LEAST_PART else (left, top, right, bottom)


def _check_day(text: str, today: date) -> list[Fault]:
    if not text.strip():
        return []
    day = read_day(text)
    if day is None:
        return [Fault("made_on", "date_unreadable", tr("日期看不懂，请写成 2026-03-05 这样。"))]
    return [Fault("made_on", "date_later", tr("日期晚于今天，请核对。"))] if day > today else []


def _check_pages(draft: ScanDraft, rules: ScanRules) -> list[Fault]:
    if not draft.pages:
        return [Fault("pages", "pages_missing", tr("还没有放入任何一页，请选文件、粘贴或扫描。"))]
    if len(draft.pages) > rules.pages:
        return [Fault("pages", "too_many_pages", tr("一份材料最多 {n} 页，请分成几份。", n=rules.pages))]
    return []
