"""Printing: exactly the bytes, through a pipe, with nothing about anybody in the queue."""

from pathlib import Path

import pytest

from desktop.devices import printers
from desktop.errors import OperationalError

PDF = b"%PDF-1.4 \x00\xff" + bytes(range(256)) * 400


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs with `lp` and `lpstat` that write down what they get."""
    folder = tmp_path / "bin"
    folder.mkdir()
    put(folder / "lp", f'printf "%s\\n" "$@" > {tmp_path}/arguments; cat > {tmp_path}/job; exit $(cat {tmp_path}/exit)')
    put(
        folder / "lpstat",
        'case "$1" in -e) printf "Kyocera\\nHP_办公室\\nPDF\\n";;\n'
        '-d) echo "system default destination: HP_办公室";; esac',
    )
    (tmp_path / "exit").write_text("0")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return tmp_path


def put(program: Path, script: str) -> None:
    """Make a program of a shell script."""
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)


def test_lp_gets_exactly_the_bytes(system: Path) -> None:
    printers.send(PDF, "HP_办公室", 2)
    assert (system / "job").read_bytes() == PDF
    arguments = (system / "arguments").read_text().splitlines()
    assert arguments[:6] == ["-d", "HP_办公室", "-n", "2", "-t", "Kangyi"]
    assert "media=A4" in arguments
    assert "sides=one-sided" in arguments


def test_both_sides_when_asked(system: Path) -> None:
    printers.send(PDF, "PDF", 1, is_two_sided=True)
    assert "sides=two-sided-long-edge" in (system / "arguments").read_text().splitlines()


def test_no_file_is_named_to_lp(system: Path) -> None:
    printers.send(PDF, "PDF", 1)
    arguments = (system / "arguments").read_text().splitlines()
    assert not [argument for argument in arguments if "/" in argument]
    assert len(arguments) == 12


def test_the_usual_printer_comes_first(system: Path) -> None:
    assert printers.names() == ["HP_办公室", "Kyocera", "PDF"]


def test_a_refused_job_is_said_with_the_next_step(system: Path, caplog: pytest.LogCaptureFixture) -> None:
    (system / "exit").write_text("1")
    with pytest.raises(OperationalError) as caught:
        printers.send(PDF, "PDF", 1)
    assert (caught.value.code, caught.value.exit_status) == ("io_error", 3)
    assert "PDF" in caught.value.message
    assert "打印机" in caught.value.remedy
    assert caught.value.__cause__ is None
    assert [record.getMessage() for record in caplog.records] == ["lp refused a job: CalledProcessError"]


def test_a_pc_without_printing_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert printers.names() == []
    with pytest.raises(OperationalError, match="没有可用的打印系统"):
        printers.send(PDF, "PDF", 1)


class Window:
    """A printing system that the window lends."""

    def __init__(self) -> None:
        self.jobs: list[tuple[bytes, str, int]] = []

    def names(self) -> list[str]:
        return ["Microsoft Print to PDF"]

    def send(self, pdf: bytes, printer: str, copies: int) -> None:
        self.jobs.append((pdf, printer, copies))


def test_the_window_can_lend_its_printer(system: Path) -> None:
    window = Window()
    printers.use(window)
    try:
        assert printers.names() == ["Microsoft Print to PDF"]
        printers.send(PDF, "Microsoft Print to PDF", 2)
    finally:
        printers.use(None)
    assert window.jobs == [(PDF, "Microsoft Print to PDF", 2)]
    assert not (system / "job").exists()
    assert printers.names()[0] == "HP_办公室"
