"""Asking where a file or folder is; the system's own dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def choose_folder(parent: QWidget, title: str, start: Path | None = None) -> Path | None:
    """Ask for a folder; None when the person gave up."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start or Path.home()))
    return Path(chosen) if chosen else None


def choose_file(parent: QWidget, title: str, kinds: str, start: Path | None = None) -> Path | None:
    """Ask for an existing file; `kinds` as "表格 (*.xlsx)"."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(start or Path.home()), kinds)
    return Path(chosen) if chosen else None


def choose_target(parent: QWidget, title: str, name: Path, kinds: str) -> Path | None:
    """Ask where to save a file, with a name proposed; the dialog asks before it replaces one."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(name), kinds)
    return Path(chosen) if chosen else None


def choose_files(parent: QWidget, title: str, kinds: str, start: Path | None = None) -> tuple[Path, ...]:
    """Ask for existing files; none when the person gave up."""
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, str(start or Path.home()), kinds)
    return tuple(Path(each) for each in chosen)
