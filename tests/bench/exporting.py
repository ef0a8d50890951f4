"""Issuing a bundle of 20 000 changes; the floor is gzip and age on the same bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

from sqlalchemy import select

from desktop.models.exchange import Change
from desktop.services import hub as hubs
from desktop.services.accounts import AccountDraft
from desktop.services.catalogue import Services
from desktop.services.clock import PracticeClock
from desktop.store import facts
from desktop.sync import changes, outgoing
from desktop.vault import seal
from desktop.vault.keys import FLOOR
from tests.bench import crowd
from tests.bench.floor import Figure, in_turns, work_seconds

PEOPLE, CHANGES, ROUNDS = 850, 20_000, 5
_LEVEL = 6  # what `gzip` itself takes unasked
_OPERATOR = AccountDraft("op", "县级汇总员", "operator", "县里的人才懂的一句话")


def measure(folder: Path) -> list[Figure]:
    """Export everything there is, again and again: no receipt comes back."""
    with crowd.crowded(PEOPLE, folder / "export") as services:
        _enrol(services, folder)
        plain, told = _bytes_of(services)
        with services.desk.work.read() as db:
            hub = outgoing.enrolment(db)
        stick = folder / "stick"
        stick.mkdir()
        jobs = (
            lambda: services.sync.export(stick),
            lambda: seal.encrypt(gzip.compress(plain, _LEVEL, mtime=0), [hub.hub_recipient]),
        )
        on_the_wall, worked = in_turns(*jobs, ROUNDS), in_turns(*jobs, ROUNDS, work_seconds)
    scale = CHANGES / told  # the crowd has some more or less
    name = f"export of {CHANGES:,} changes"
    return [_figure(name, scale, *on_the_wall), _figure(f"{name}, processor time", scale, *worked)]


def _figure(name: str, scale: float, ours: float, floor: float) -> Figure:
    return Figure(name, ours * scale, "gzip + age", floor * scale, "at most 5x", most_ratio=5)


def _enrol(services: Services, folder: Path) -> None:
    hub = hubs.create_hub(
        folder / "hub", "测试县民政局", _OPERATOR, PracticeClock(crowd.DAY), kdf=FLOOR, is_practice=True
    )
    request, _ = services.sync.request_enrolment(folder)
    done = hub.enrol(request, folder / "certificate.kyc", "entrusted")
    services.sync.enrol(done.certificate)
    hub.close()


def _bytes_of(services: Services) -> tuple[bytes, int]:
    """Return the lines that a bundle holds, joined, and how many there are."""
    with services.desk.work.read() as db:
        after = outgoing.mark(db, facts.incarnation(db))
        lines = changes.collect(db, after, lambda people: people).lines
        assert db.scalar(select(Change.seq).order_by(Change.seq.desc()).limit(1)) == after + len(lines)
    return b"".join(line + b"\n" for line in lines), len(lines)
