"""Scanning with the real `scanimage`, on the scanner that SANE brings for tests: nothing but a pipe in between."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from PIL import Image

from desktop import resources
from desktop.devices import scanners
from desktop.devices.scanners import ScanJob
from desktop.errors import OperationalError

MODES = resources.table("codes/scans.toml")["scanner"]["modes"]


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PC with the two virtual scanners of SANE."""
    (tmp_path / "dll.conf").write_text("test\n")
    (tmp_path / "test.conf").write_text("number_of_devices 2\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("bus")
def test_the_scanners_have_words_for_people() -> None:
    assert scanners.is_there()
    assert [(each.device, each.words) for each in scanners.scanners()] == [
        ("test:0", "Noname frontend-tester"), ("test:1", "Noname frontend-tester"),
    ]  # fmt: skip


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize(("colour", "mode"), [("colour", "RGB"), ("grey", "L"), ("bw", "L")])
def test_a_page_comes_through_the_pipe_in_colour_or_grey(bus: Path, colour: str, mode: str) -> None:
    before = set(bus.iterdir())
    data = ScanJob().run("test:0", 150, MODES[colour], 60)
    assert data is not None
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.mode) == ("TIFF", mode)
    assert set(bus.iterdir()) == before


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("device", ["test:9", "nothing:here"])
def test_a_scanner_that_does_not_answer_is_said_with_the_next_step(
    device: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(OperationalError) as told:
        ScanJob().run(device, 150, "Gray", 60)
    assert "扫描仪" in told.value.message
    assert told.value.remedy
    assert len(caplog.records) == 1
    assert device not in caplog.text


@pytest.mark.usefixtures("bus")
def test_a_scan_that_takes_too_long_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(OperationalError):
        ScanJob().run("test:0", 1200, "Color", 0)
    assert "TimeoutExpired" in caplog.text


@pytest.mark.usefixtures("bus")
def test_stopped_before_and_while_it_runs() -> None:
    early = ScanJob()
    early.stop()
    assert early.run("test:0", 150, "Gray", 60) is None
    late, answers = ScanJob(), [b""]
    work = threading.Thread(target=lambda: answers.append(late.run("test:0", 1200, "Color", 60)))  # type: ignore[arg-type]
    work.start()
    while late._process is None:
        pass
    late.stop()
    work.join(60)
    assert answers[-1] is None


def test_a_pc_without_the_program_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not scanners.is_there()
    with pytest.raises(OperationalError, match="scanimage"):
        scanners.scanners()
    with pytest.raises(OperationalError, match="scanimage"):
        ScanJob().run("test:0", 150, "Gray", 60)
