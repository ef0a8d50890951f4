"""The price notice board (收费公示) that hangs on the wall: big letters, what is free said in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from desktop.documents import papers

KIND = "price_notice"


@dataclass(frozen=True)
class PriceLine:
    """One service on the board, its prices as words."""

    service: str
    price: str
    subsidy: str = ""


def resolve(
    document_no: str, fields: Mapping[str, object], lines: Sequence[PriceLine], *, is_practice: bool = False
) -> dict[str, Any]:
    """Return the words of a notice, for `papers.content_hash` and `papers.render_content`.

    Fields: station.name/supervision_phone/phone, notice.on, notice.basis.
    """
    rows = {"prices": [asdict(line) for line in lines]}
    return papers.resolve(KIND, document_no, fields, is_practice=is_practice, rows=rows)
