"""Lists what a package is made of (CycloneDX) and writes its notices, from what really lies in the tree."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from installer import binaries, tree

LICENSES = Path(__file__).with_name("licenses")


def table() -> dict[str, dict[str, Any]]:
    """Return the parts that no tool sees, and which compiled files belong to which part."""
    return tomllib.loads((LICENSES / "parts.toml").read_text(encoding="utf-8"))


def owners(name: str) -> list[str]:
    """Return the parts that a compiled file of the tree is made of."""
    return [part for part, facts in table().items() if any(fnmatchcase(name, pattern) for pattern in facts["files"])]


def nameless(folder: Path) -> list[str]:
    """Return the compiled files of a tree that no part claims."""
    names = [path.relative_to(folder).as_posix() for path in binaries.binaries(folder)]
    return [name for name in names if not owners(name)]


def here(system: str) -> dict[str, dict[str, Any]]:
    """Return the parts that travel on one system."""
    return {part: facts for part, facts in table().items() if system in facts["systems"]}


def write(system: str, folder: Path) -> None:
    """Write licenses/: parts list, notices, and the full texts."""
    out = folder / "licenses"
    out.mkdir()
    components = listed_by_tool(system, folder / "pkgs") + [component(*part) for part in here(system).items()]
    shutil.copyfile(tree.ROOT / "LICENSE", out / "LICENSE.txt")
    texts(folder, out)
    (out / "parts.cdx.json").write_text(
        json.dumps(bill(system, components), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (out / "NOTICES.txt").write_text(notices(components), encoding="utf-8")


def listed_by_tool(system: str, pkgs: Path) -> list[dict[str, Any]]:
    """Return what cyclonedx-py finds in pkgs/: the run-time set and nothing else."""
    paths, out = tree.BUILD / f"paths-{system}", tree.BUILD / f"packages-{system}.json"
    # The lister asks an interpreter for its paths; this one answers with the tree's, also for the other system.
    paths.write_text(f"#!/bin/sh\necho '{json.dumps([os.fspath(pkgs)])}'\n", encoding="utf-8")
    paths.chmod(0o755)
    command: list[str | Path] = [
        tree.tools() / "bin" / "cyclonedx-py",
        "environment",
        "--output-reproducible",
        "--of",
        "JSON",
    ]
    tree.run([*command, "-o", out, paths], "The parts list could not be made.")
    found: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))["components"]
    return found


def component(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return a part listed by hand as a component of CycloneDX."""
    return {
        "type": facts.get("type", "library"),
        "bom-ref": f"hand:{name}",
        "name": name,
        **({"version": facts["version"]} if "version" in facts else {}),
        "licenses": [{"license": {"name": facts["license"]}}],
        "description": facts["about"],
    }


def bill(system: str, components: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the whole parts list."""
    ours = {"type": "application", "name": "kangyi", "version": tree.version(), "bom-ref": "kangyi"}
    ours["description"] = f"package for {system}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": ours},
        "components": sorted(components, key=lambda each: str(each["name"]).lower()),
    }


def notices(components: list[dict[str, Any]]) -> str:
    """Return the notices as a person reads them."""
    head = (LICENSES / "head.txt").read_text(encoding="utf-8")
    lines = [f"{each['name']} {each.get('version', '')}: {licence_of(each)}" for each in components]
    return head + "\n" + "\n".join(sorted(lines, key=str.lower)) + "\n"


def licence_of(each: dict[str, Any]) -> str:
    """Return the licences of a component in one line; the full texts lie beside the notices."""
    told = [
        entry.get("expression") or entry["license"].get("id") or entry["license"]["name"]
        for entry in each.get("licenses", [])
    ]
    return ", ".join(told) or "see the text in licenses/packages"


def texts(folder: Path, out: Path) -> None:
    """Copy every licence text: ours by hand, those of the wheels, those of interpreter and fonts."""
    for path in LICENSES.glob("*.txt"):
        if path.name != "head.txt":
            shutil.copyfile(path, out / path.name)
    for info in sorted((folder / "pkgs").glob("*.dist-info")):
        found = [
            path
            for path in info.rglob("*")
            if path.is_file() and path.name not in {"METADATA", "WHEEL", "top_level.txt", "entry_points.txt"}
        ]
        for path in found:
            target = (
                out
                / "packages"
                / info.name.removesuffix(".dist-info")
                / path.relative_to(info).as_posix().replace("/", "-")
            )
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    python = folder / "python" / "LICENSE.txt"
    shutil.copyfile(python, out / "CPython.txt")
    for path in (folder / "app" / "resources").rglob("*.txt"):
        shutil.copyfile(path, out / f"{path.parent.name}-{path.name}")
