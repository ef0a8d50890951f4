"""Papers about fictional people (division 99 does not exist), and looks into the PDFs made of them."""

from __future__ import annotations

import io
import subprocess
from ctypes import c_double
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from desktop.documents import attendance, papers

STATION = {
    "station.name": "青山镇精神障碍社区康复服务站",
    "station.address": "康宁县青山镇东街12号",
    "station.phone": "0000-0000120",
    "station.uscc": "91990100M000100Y43",
    "station.legal_person": "周敏",
    "station.manager": "林晓岚",
    "station.supervision_phone": "0000-0012345",
    "station.green_channel_hospital": "康宁县第三人民医院",
    "station.green_channel_phone": "0000-0000999",
    "county.name": "康宁县民政局",
    "county.phone": "0000-0000555",
}
PERSON = {
    "person.name": "张晓东",
    "person.sex": "男",
    "person.birth_on": "1983-05-12",
    "person.id_no": "990102198305120011",
    "person.disability_no": "99010219830512001163",
    "person.address": "青山镇东街社区3组17号",
    "person.phone": "13800000074",
    "person.file_no": "QS-2026-A0017",
}
GUARDIAN = {
    "guardian.name": "刘桂兰",
    "guardian.relation": "母亲",
    "guardian.id_no": "990102195803040022",
    "guardian.phone": "13900000021",
    "guardian.address": "青山镇西街社区2组5号",
}
FIELDS = {**STATION, **PERSON, **GUARDIAN, "term.from": "2026-03-31", "term.to": "2027-03-30"}
SESSION = {
    "station.name": STATION["station.name"],
    "training.held_on": "2026-03-31",
    "training.starts": "09:00",
    "training.ends": "10:30",
    "training.type": "社交技能训练",
    "training.form": "小组",
    "training.theme": "打电话和接电话",
    "training.place": "多功能室",
    "training.leader": "周敏",
    "training.helpers": "李护士",
}
SCOPES = [(code, code not in "ghk") for code in "abcdefghijklm"]
PAPERS = ("consent", "agreement")
RARE = "㛃䶮𬭎𠮷𫖯"


def content(kind: str = "consent", number: str = "QS-ZQ-2026-A0117", **changes: Any) -> dict[str, Any]:
    """Return the words of a paper; `fields` replaces single fields."""
    fields = {**FIELDS, **changes.pop("fields", {})}
    return papers.resolve(kind, number, fields, **{"scopes": SCOPES, **changes})


def sheet(count: int = 14, **changes: Any) -> dict[str, Any]:
    """Return the words of a sign-in sheet."""
    lines = [attendance.SheetLine(f"学员{number:02}", f"QS-2026-A{number:04}") for number in range(1, count + 1)]
    return attendance.resolve("QS-QD-2026-A0003", SESSION, lines, **changes)


def words(blocks: list[dict[str, Any]]) -> str:
    """Return all words of blocks."""
    return "".join(run[0] for run in _runs(blocks))


def bold_words(blocks: list[dict[str, Any]]) -> str:
    """Return the words of blocks that are printed bold."""
    return "".join(run[0] for run in _runs(blocks) if run[1] == "b")


def _runs(blocks: list[dict[str, Any]]) -> list[list[str]]:
    runs: list[list[str]] = []
    for block in blocks:
        runs += block.get("runs", [])
        runs += [run for row in block.get("rows", []) for cell in row["cells"] for run in cell["runs"]]
    return runs


@dataclass(frozen=True)
class Letter:
    """One printed character: its base line and its box from left to right, in points from the left and lower edge."""

    char: str
    base: float
    left: float
    right: float


def letters(pdf: bytes, page: int) -> list[Letter]:
    """Return the characters of a page in the order they were drawn."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[page].get_textpage()
        found = [_letter(text, index) for index in range(text.count_chars())]
        return [letter for letter in found if letter.char.strip()]


def _letter(text: Any, index: int) -> Letter:
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    left, _bottom, right, _top = text.get_charbox(index, loose=True)
    return Letter(text.get_text_range(index, 1), y.value, left, right)


def lines(pdf: bytes, page: int) -> list[list[Letter]]:
    """Return the lines of a page from top to bottom: characters on one base line, from left to right."""
    rows: dict[float, list[Letter]] = {}
    for letter in letters(pdf, page):
        rows.setdefault(round(letter.base, 1), []).append(letter)
    return [sorted(rows[y], key=lambda letter: letter.left) for y in sorted(rows, reverse=True)]


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page as PDFium reads it, without blanks."""
    with pypdfium2.PdfDocument(pdf) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def poppler_text(pdf: bytes) -> str:
    """Return the text of a PDF as poppler reads it, without blanks."""
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(made.stdout.decode().split())


def codes(pdf: bytes, folder: Path) -> list[str]:
    """Return what a reader finds in the QR codes of the pages, printed at 200 dpi."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", file, folder / "page"], check=True)
    pictures = sorted(folder.glob("page-*.png"))
    read = subprocess.run(["zbarimg", "-q", "--raw", *pictures], capture_output=True, check=True)
    return read.stdout.decode().splitlines()


def metadata(pdf: bytes) -> dict[str, str]:
    """Return title, author and the like."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return dict(document.get_metadata_dict())
