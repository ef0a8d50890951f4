"""Settings of this PC only (machine.toml), readable before anybody logged in: the login window needs its colours."""

from __future__ import annotations

from desktop.services.folders import StationFolder


def read(folder: StationFolder) -> dict[str, object]:
    """Return what was set on this PC; a missing or damaged file means the usual values, it holds no data of anybody."""
    if not folder.machine_settings.exists():
        return {}
    import tomllib  # not at the top: most login windows need no parser

    try:
        return tomllib.loads(folder.machine_settings.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def write(folder: StationFolder, key: str, value: bool | int | str) -> None:
    """Set one value on this PC; the file is replaced as a whole, never half written."""
    import json

    from desktop.store.disk import write_safely

    values = {**read(folder), key: value}
    # A JSON string, number or truth value is also a TOML one (JSON's escapes are a subset of TOML's).
    lines = [f"{json.dumps(name)} = {json.dumps(values[name])}\n" for name in sorted(values)]
    write_safely(folder.machine_settings, "".join(lines).encode("utf-8"))
