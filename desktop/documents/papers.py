"""Papers (文书): a template and the facts become complete words, and the words become always the same PDF bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.documents import templates
from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed

LAYOUT = 1
"""Of the stored words; a renderer that changes the meaning of a block counts up and keeps the old one."""


@dataclass(frozen=True)
class PaperKind:
    """A paper that can be made: kind (consent ...), title, template (D1 ...), version, the letters of its numbers."""

    kind: str
    title: str
    template: str
    version: str
    letters: str
    subject: str  # person, training, or account: whom one copy is about


def kind(name: str) -> PaperKind:
    """Return one kind in its newest version; KeyError when it does not exist."""
    template = templates.load(name)
    facts = {key: template[key] for key in ("kind", "title", "template", "version", "letters", "subject")}
    return PaperKind(**facts)


def kinds() -> list[PaperKind]:
    """Return the papers about one person, in the order of their template numbers."""
    found = (kind(name) for name in templates.versions())
    return sorted((paper for paper in found if paper.subject == "person"), key=lambda paper: paper.template)


def resolve(
    kind: str,
    document_no: str,
    fields: Mapping[str, object],
    *,
    is_large_print: bool = False,
    is_practice: bool = False,
    scopes: templates.Scopes = (),
    rows: Mapping[str, templates.Rows] | None = None,
    version: str | None = None,
) -> dict[str, Any]:
    """Return the complete words of a paper as a JSON-able dict, to be stored for ever and printed by `render_content`.

    `fields` maps dotted names (station.name, person.id_no, term.from ...) to text, dates as ISO text or date; codes
    are words already (男, 母亲). What the template does not print is not kept. An empty field becomes room to write.
    `scopes` holds the answers agreed beforehand; a scope that is missing prints two empty boxes.
    """
    template = templates.load(kind, version)
    known = templates.known_fields(template, fields)
    return {
        "layout": LAYOUT,
        "kind": template["kind"],
        "template": template["template"],
        "template_version": template["version"],
        "title": template["title"],
        "document_no": document_no,
        "is_large_print": is_large_print,
        "is_practice": is_practice,
        "fields": known,
        "blocks": templates.Writer(template, known, scopes, rows).blocks(),
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 (64 hex digits) of template, version, number, complete words and fields, in canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def printed_hash(content: Mapping[str, Any]) -> str:
    """Return the 16 hex digits of the content hash that stand on the paper and in its QR code."""
    return content_hash(content)[:16].upper()


def code_text(content: Mapping[str, Any]) -> str:
    """Return what the QR code of a paper says: format, document number, printed hash."""
    return f"KY1:{content['document_no']}:{printed_hash(content)}"


def render_content(content: Mapping[str, Any]) -> bytes:
    """Return the PDF of stored words; the same words give the same bytes. Not on the window's thread."""
    assert_slow_work_allowed("documents")
    if content["layout"] != LAYOUT:
        raise OperationalError(
            "newer_database",
            tr("这份文书是用更新版本的程序制作的，本机程序排不出原样。"),
            tr("请安装新版程序后再打开；文书本身没有损坏，保存的打印原件仍可查看。"),
        )
    from desktop.documents.layout import render as draw

    return draw(content, code_text(content), printed_hash(content))
