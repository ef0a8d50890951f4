"""Makes the packages: python3 -m installer.package deb | win [--version V] [--fast] [--tree FOLDER]."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tomllib
from pathlib import Path

from installer import binaries, downloads, tree

DIST = tree.BUILD / "dist"
MOST_MB = {"deb": 70, "win": 60}  # before the fonts are counted
SYSTEMS = {"deb": "linux", "win": "windows"}


def main() -> int:
    """Build the tree (unless one is given) and the package, and say how large it is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=sorted(SYSTEMS))
    parser.add_argument("--version", default=tree.version(), help="another version, for trying an upgrade out")
    parser.add_argument("--fast", action="store_true", help="compress little: for trials, not for stations")
    parser.add_argument("--tree", type=Path, help="a tree that was built before")
    parser.add_argument("--dist", type=Path, default=DIST)
    asked = parser.parse_args()
    folder = asked.tree or tree.build(SYSTEMS[asked.kind])
    asked.dist.mkdir(parents=True, exist_ok=True)
    make = deb if asked.kind == "deb" else win
    made = make(folder, asked.version, asked.dist, asked.fast)
    sums(asked.dist)
    return 0 if asked.fast else weigh(made, folder, MOST_MB[asked.kind])


def deb(folder: Path, version: str, dist: Path, fast: bool) -> Path:
    """Make the Debian package. Each version stands in a folder of its own, so that an upgrade never mixes two."""
    root = tree.BUILD / "debroot"
    shutil.rmtree(root, ignore_errors=True)
    home = root / "opt" / "kangyi" / version
    shutil.copytree(folder, home, symlinks=True, copy_function=os.link)
    start = f'#!/bin/sh\nexec /opt/kangyi/{version}/kangyi "$@"\n'
    put(root / "usr/bin/kangyi", start, 0o755)
    put(root / "usr/share/applications/kangyi.desktop", text("linux/kangyi.desktop"))
    put(root / "usr/share/doc/kangyi/copyright", f"Apache-2.0 and others: see /opt/kangyi/{version}/licenses\n")
    tree.icons()
    icon = root / "usr/share/icons/hicolor/256x256/apps/kangyi.png"
    icon.parent.mkdir(parents=True)
    shutil.copyfile(tree.BUILD / "kangyi.png", icon)
    for name in ("preinst", "postinst", "prerm"):
        put(root / "DEBIAN" / name, text(f"linux/{name}"), 0o755)
    put(root / "DEBIAN/control", control(folder, version, root))
    out = dist / f"kangyi_{version}_amd64.deb"
    # xz: Debian 10 and 11 cannot open zstd packages
    squeeze = ["-Zgzip", "-z1"] if fast else ["-Zxz"]
    tree.run(["dpkg-deb", "--root-owner-group", *squeeze, "--build", root, out], "The .deb could not be made.")
    shutil.rmtree(root)
    return out


def control(folder: Path, version: str, root: Path) -> str:
    """Return the control file; Depends is what the compiled files really ask of the system."""
    table = tomllib.loads(text("system.toml"))["linux"]
    packages = {table[name] for name in binaries.asked_of_the_system(folder, list(table))} | {"xkb-data"}
    kib = sum(path.lstat().st_size for path in root.rglob("*")) // 1024
    return text("linux/control").format(version=version, kib=kib, depends=", ".join(sorted(packages)))


def win(folder: Path, version: str, dist: Path, fast: bool) -> Path:
    """Make the setup program for Windows."""
    out = dist / f"kangyi-{version}-setup.exe"
    tree.icons()
    facts = {"VERSION": version, "TREE": folder.resolve(), "OUT": out.resolve(), "BUILD": tree.BUILD}
    given = [f"-D{name}={value}" for name, value in facts.items()] + (["-DFAST"] if fast else [])
    # INPUTCHARSET: or the Chinese sentences break
    command: list[str | Path] = [
        "makensis",
        "-V2",
        "-INPUTCHARSET",
        "UTF8",
        *given,
        tree.HERE / "windows" / "setup.nsi",
    ]
    tree.run(command, "The setup program could not be made.")
    return out


def sums(dist: Path) -> None:
    """Write SHA256SUMS for what stations get."""
    lines = [f"{downloads.digest(path)}  {path.name}\n" for path in sorted(dist.glob("kangyi[_-]*"))]
    (dist / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def weigh(made: Path, folder: Path, most: int) -> int:
    """Say how large a package is with and without fonts; more than promised is a failure."""
    fonts = packed_size(folder / "app" / "resources" / "fonts") / 1e6
    whole = made.stat().st_size / 1e6
    sys.stdout.write(f"{made}: {whole:.1f} MB, {whole - fonts:.1f} MB before the fonts (at most {most})\n")
    return 0 if whole - fonts <= most else 1


def packed_size(folder: Path) -> int:
    """Return how many bytes a folder takes in a package."""
    aside = tree.BUILD / "fonts.tar.xz"
    tree.run(
        ["tar", "-c", "-I", "xz -T2", "-f", aside, "-C", folder.parent, folder.name], "The fonts could not be weighed."
    )
    size = aside.stat().st_size
    aside.unlink()
    return size


def text(name: str) -> str:
    """Return a file of this folder."""
    return (tree.HERE / name).read_text(encoding="utf-8")


def put(path: Path, content: str, mode: int = 0o644) -> None:
    """Write a file of the package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)


if __name__ == "__main__":
    sys.exit(main())
