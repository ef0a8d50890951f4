"""Single lines: what is no change of a known form is told by number, the others are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from desktop.sync import archive, bundle, lines
from desktop.vault import strictjson
from tests.sync.conftest import Ready

PERSON_LINE = 3


def _edit(change: Callable[[dict[str, Any]], None]) -> Callable[[list[bytes]], list[bytes]]:
    def edit(lines: list[bytes]) -> list[bytes]:
        line = json.loads(lines[PERSON_LINE])
        change(line)
        return [*lines[:PERSON_LINE], strictjson.dump(line)]

    return edit


def _replace(text: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [*lines[:PERSON_LINE], text]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_replace(b'{"s":4,"s":4,"withheld":true}'), "bad_json"),
        (_replace(b'{"s":NaN}'), "bad_json"),
        (_replace(b'{"s":1e999}'), "bad_json"),
        (_replace(b'{"s":"\\ud800"}'), "bad_json"),
        (_replace(b'{"s":' + b"[" * 100_000), "bad_json"),
        (_replace(b'{"s":9223372036854775808}'), "bad_json"),
        (_replace(b'{"s":"a\\u0000b"}'), "bad_json"),
        (_replace(b'{"s":"' + b"x" * 1_100_000 + b'"}'), "bad_json"),
        (_replace(b"\xef\xbb\xbf{}"), "bad_json"),
        (_replace(b'{"s":4,"withheld":true}\r'), "bad_json"),
        (_replace(b"[]"), "bad_json"),
        (_replace(b'{"s":5,"withheld":true}'), "bad_line"),
        (_replace(b'{"s":4,"withheld":false}'), "bad_line"),
        (_replace(b'{"s":4}'), "bad_line"),
        (_edit(lambda line: line.update({"s": 9})), "bad_line"),
        (_edit(lambda line: line.update({"op": "D"})), "bad_line"),
        (_edit(lambda line: line.update({"op": "U"})), "bad_line"),
        (_edit(lambda line: line.update({"op": "U", "cols": []})), "bad_line"),
        (_edit(lambda line: line.update({"op": "U", "cols": ["revision"]})), "bad_line"),
        (_edit(lambda line: line.update({"op": "U", "cols": "name"})), "bad_line"),
        (_edit(lambda line: line.update({"op": "U", "cols": [["name"]]})), "bad_line"),
        (_edit(lambda line: line.update({"op": "S"})), "bad_line"),
        (_edit(lambda line: line.update({"base": -1})), "bad_line"),
        (_edit(lambda line: line.update({"base": 1})), "bad_line"),
        (_edit(lambda line: line.update({"rev": "1"})), "bad_line"),
        (_edit(lambda line: line.update({"hlc": "later"})), "bad_line"),
        (_edit(lambda line: line.update({"hlc": 5})), "bad_line"),
        (_edit(lambda line: line.update({"row": []})), "bad_line"),
        (_edit(lambda line: line.update({"t": "audit"})), "unknown_table"),
        (_edit(lambda line: line.update({"t": ["person"]})), "unknown_table"),
        (_edit(lambda line: line["row"].update({"search_text": "x"})), "bad_value"),
        (_edit(lambda line: line["row"].pop("name")), "bad_value"),
        (_edit(lambda line: line["row"].update({"name": None})), "bad_value"),
        (_edit(lambda line: line["row"].update({"name": "x" * 20_001})), "bad_value"),
        (_edit(lambda line: line["row"].update({"sex": "male"})), "bad_value"),
        (_edit(lambda line: line["row"].update({"birth_on": "2026-02-30"})), "bad_value"),
        (_edit(lambda line: line["row"].update({"birth_on": "yesterday"})), "bad_value"),
        (_edit(lambda line: line["row"].update({"birth_on": 5})), "bad_value"),
        (_edit(lambda line: line["row"].update({"has_dibao": 1})), "bad_value"),
        (_edit(lambda line: line["row"].update({"created_at": "2026-13-01T00:00:00.000000Z"})), "bad_value"),
        (_edit(lambda line: line["row"].update({"created_at": "now"})), "bad_value"),
        (_edit(lambda line: line["row"].update({"revision": True})), "bad_value"),
        (_edit(lambda line: line["row"].update({"revision": 2})), "bad_value"),
        (_edit(lambda line: line.update({"pk": "other"})), "bad_value"),
    ],
)
def test_a_line_that_cannot_be_taken_is_told_and_the_others_are_read(
    ready: Ready, change: Callable[[list[bytes]], list[bytes]], code: str
) -> None:
    found = list(lines.read(1, change(_lines(ready))))
    assert [one for one in found if isinstance(one, lines.Fault)] == [lines.Fault(PERSON_LINE + 1, code)]
    assert [one.seq for one in found if isinstance(one, lines.Line)] == [1, 2, 3]


def _lines(ready: Ready) -> list[bytes]:
    opened = bundle.open_payload(bundle.read(ready.data), ready.hub._vault.age_identity)
    return archive.unpack_lines(opened.members["changes-0001.ndjson.gz"])


def test_sound_lines_are_read_whole(ready: Ready) -> None:
    found = list(lines.read(1, [*_lines(ready), b'{"s":5,"withheld":true}']))
    assert [(one.seq, one.fields.name) for one in found if isinstance(one, lines.Line)] == [
        (1, "station"), (2, "user_account"), (3, "person"), (4, "person"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"op": "I"}, {"extra": 1}, {"s": 1}, {"t": "audit"}, {"hlc": "x"}, {"rev": None}, {"pk": "other"}]
)
def test_a_snapshot_of_another_form_is_told(ready: Ready, change: dict[str, Any]) -> None:
    whole = json.loads(_lines(ready)[PERSON_LINE])
    snapshot = {name: whole[name] for name in ("t", "pk", "rev", "hlc", "by", "row")} | {"op": "S"}
    assert isinstance(next(lines.read_snapshots([strictjson.dump(snapshot)])), lines.Line)
    (found,) = lines.read_snapshots([strictjson.dump(snapshot | change)])
    assert isinstance(found, lines.Fault)
    assert list(lines.read_snapshots([b"{"])) == [lines.Fault(0, "bad_json")]


def test_a_record_is_cut_the_same_with_and_without_the_pattern() -> None:
    """The quick way is only a quick way: whatever it does not know goes through the parser."""
    from desktop.sync import cutting
    from desktop.sync.fields import field_list

    odd = 'x"\\\n\t\u2028","person_id":"forged","name":"forged'
    plain, ending, closing = "a\nb\t", "x\\", 'x",'
    kinds = ({}, *({"name": text, "phone": text, "search_text": text} for text in (odd, plain, ending, closing)))
    for values in kinds:
        record = _record("person", values)
        quick, slow = cutting.cutter("person")(record), cutting._parsed("person", record)
        assert quick == slow
        assert quick[0] == "id-1"
        assert quick[1] is not None
        assert strictjson.dump(json.loads(quick[1])).decode() == quick[1]
        assert json.loads(quick[1]).keys() == set(field_list()["person"].columns)
    nested = _record("setting", {"key": "k", "value": {"person_id": "p"}})
    assert cutting.cutter("setting")(nested) == (None, None)
    older = json.dumps(json.loads(_record("visit", {"person_id": "p-1"})) | {"a column of old": 1})
    assert cutting.cutter("visit")(older)[0] == "p-1"
    assert "of old" not in str(cutting.cutter("visit")(older)[1])
    assert cutting.cutter("document")(_record("document", {"person_id": None, "content": {"a": [1]}}))[0] is None
    assert cutting.cutter("visit")(_record("visit", {"person_id": 'p"1', "purposes": ["1", "2"]}))[0] == 'p"1'
    for purposes in (["1"], ['a",', ",", '"],"person_id":"q'], ["]"]):
        record = _record("visit", {"person_id": "p-1", "purposes": purposes})
        assert cutting.cutter("visit")(record) == cutting._parsed("visit", record)


def _record(table: str, values: dict[str, Any]) -> str:
    """Write a record as the triggers do."""
    from sqlalchemy import LargeBinary

    from desktop.models import Base

    row = {one.name: None for one in Base.metadata.tables[table].columns if not isinstance(one.type, LargeBinary)}
    return json.dumps(row | {"id": "id-1", "revision": 1} | values, ensure_ascii=False, separators=(",", ":"))
