"""Takes a file that somebody brought apart into clean pages, in a process of its own that may crash or be stopped.

Decoders of pictures and PDF are large programs that read what strangers made. They run beside, with bounded memory and
time, and hand back pages that this program encoded itself; only those are ever opened in here.
"""

from __future__ import annotations

import json
import struct
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop import confined
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed

_LARGEST_HEAD = 1000


@dataclass(frozen=True)
class CleanPage:
    """One page, upright, as JPEG or PNG without anything but the picture."""

    width: int
    height: int
    media_type: str
    data: bytes = field(repr=False)


class Stopped(Exception):
    """Somebody stopped the unpacking; no fault of the file."""


class Unpacking:
    """One file being taken apart; `stop` may be called from any thread."""

    def __init__(self, limits: Mapping[str, Any]) -> None:
        self._limits = dict(limits)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._lock = threading.Lock()

    def stop(self) -> None:
        """End the work at once."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._process.kill()

    def pages(self, data: bytes) -> Iterator[CleanPage]:
        """Give the pages of a JPEG, PNG, TIFF or PDF, one by one.

        Raises ValidationError with the reason in one sentence, also after pages were given; Stopped when stopped.
        """
        assert_slow_work_allowed("unpacking")
        if len(data) > self._limits["file_bytes"]:
            raise _refused("too_large", 1, self._limits)
        process = self._started()
        try:
            yield from self._read(process, data)
        finally:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
            process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_stopped:
                raise Stopped
            self._process = subprocess.Popen(
                confined.command("desktop.documents.opener"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=confined.HIDDEN,
            )
        return self._process

    def _read(self, process: subprocess.Popen[bytes], data: bytes) -> Iterator[CleanPage]:
        number = 1
        try:
            _feed(process, self._limits, data)
            while True:
                header, page = _frame(process.stdout)
                if "fault" in header:
                    raise _refused(header["fault"], header["page"], self._limits)
                if "end" in header:
                    return
                number += 1
                yield CleanPage(header["width"], header["height"], header["media_type"], page)
        except (OSError, EOFError):  # the process is gone: a decoder crashed, the clock ran out, or somebody stopped it
            if self._is_stopped:
                raise Stopped from None
            raise _refused("damaged", number, self._limits) from None


def _feed(process: subprocess.Popen[bytes], limits: dict[str, Any], data: bytes) -> None:
    pipe = process.stdin
    if pipe is None:
        raise EOFError
    pipe.write(json.dumps(limits).encode() + b"\n")
    pipe.write(data)
    pipe.close()


def _frame(pipe: Any) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack(">I", _exactly(pipe, 4))
    if length > _LARGEST_HEAD:
        raise EOFError
    header: dict[str, Any] = json.loads(_exactly(pipe, length))
    return header, _exactly(pipe, header["size"])


def _exactly(pipe: Any, length: int) -> bytes:
    data: bytes = pipe.read(length)
    if len(data) != length:
        raise EOFError
    return data


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # the other end is gone, and what was still to be written with it
        return


def _refused(fault: str, page: int, limits: Mapping[str, Any]) -> ValidationError:
    """Return the one sentence for a file that is not taken."""
    kinds = tr("请用 JPG、PNG、TIFF 图片或 PDF。")
    words = {
        "empty": (tr("这个文件是空的，没有收入。"), tr("请重新扫描或拍照。")),
        "heic": (
            tr("这是苹果手机的 HEIC 照片，程序读不了，没有收入。"),
            tr("请在手机“设置－相机－格式”里选“兼容性最佳”再拍，或先另存成 JPG。"),
        ),
        "pdf_password": (tr("这个 PDF 加了密码，没有收入。"), tr("请用能打开它的程序另存一份不加密码的。")),
        "too_many_pages": (
            tr("这个文件超过 {n} 页，没有收入。", n=limits["file_pages"]), tr("请分成几份再收入。")
        ),
        "too_large": (
            tr("这个文件太大，没有收入。"),
            tr(
                "一个文件最大 {mb} MB，一页最多 {mp} 百万像素；请用低一些的分辨率重新扫描。",
                mb=limits["file_bytes"] >> 20, mp=limits["pixels"] // 1_000_000,
            ),
        ),
        "too_small": (tr("第 {page} 页的图片太小，看不清，没有收入。", page=page), tr("请重新扫描或拍照。")),
        "unknown": (tr("这个文件不是图片，也不是 PDF，没有收入。"), kinds),
        "damaged": (
            tr("第 {page} 页读不出来，文件可能不完整，没有收入。", page=page),
            tr("请重新扫描或重新复制这个文件；别的文件不受影响。"),
        ),
    }  # fmt: skip
    message, remedy = words[fault if fault in words else "damaged"]
    return ValidationError(f"picture_{fault}", message, remedy, "file")
