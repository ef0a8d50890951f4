"""Why a file of the exchange is refused: one code, one sentence, one next step each."""

from __future__ import annotations

from collections.abc import Callable

from desktop.errors import ValidationError
from desktop.i18n import tr

_WORLD = ("not_ours", "newer_database")


class RefusalError(ValidationError):
    """A file that is not taken; nothing was changed. `remedy` says what to do with it."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(code, message, remedy)
        self.exit_status = 3 if code in _WORLD else 1


def refusal(code: str) -> RefusalError:
    """Return the refusal for a code."""
    message, remedy = _SENTENCES[code]()
    return RefusalError(code, message, remedy)


def held_before(seq: int) -> RefusalError:
    """Return the refusal for a bundle that needs an earlier one first."""
    return RefusalError(
        "held",
        tr("这个交接包之前还缺一个包（应从第 {n} 条变化开始），已先代为保管。", n=seq),
        tr("请向该站点索要之前的交接包；收到后会自动接着收这一个。若已丢失，请站点重新导出。"),
    )


def receipt_missing(seq: int) -> RefusalError:
    """Return the refusal for a receipt that needs an earlier one first."""
    return RefusalError(
        "held",
        tr("还缺第 {n} 号回执，这张回执暂不能收。", n=seq),
        tr("请先收第 {n} 号回执；找不到时请区县再给一份。", n=seq),
    )


_SENTENCES: dict[str, Callable[[], tuple[str, str]]] = {
    "missing_file": lambda: (tr("找不到这个文件，或它不是普通文件。"), tr("请核对 U 盘是否插好、文件名是否正确。")),
    "too_large": lambda: (tr("文件太大，不是本程序写出的交接文件。"), tr("请核对是否选错了文件。")),
    "not_ours": lambda: (tr("这不是本程序的交接文件。"), tr("请选择扩展名为 .kyb 的交接文件。")),
    "newer_database": lambda: (tr("交接文件由更新版本的程序写成。"), tr("请先更新本机的程序，再收一次。")),
    "truncated": lambda: (tr("交接文件不完整，可能复制时中断了。"), tr("请对方重新写一次 U 盘，再收一次。")),
    "forged": lambda: (
        tr("交接文件校验不通过：内容被改动过，或文件已损坏。"),
        tr("没有收下任何内容。请对方重新导出；再次出现时请查清文件经过谁的手。"),
    ),
    "unknown_sender": lambda: (
        tr("交接文件来自一台没有登记的电脑。"),
        tr("请先办理接入登记：由站点交来登记申请，核对指纹后再收。"),
    ),
    "revoked": lambda: (tr("这台电脑的登记已经注销。"), tr("请与该站点核实；确需继续使用时重新登记。")),
    "other_hub": lambda: (
        tr("这个文件不是写给本单位的，或由别的单位签发。"),
        tr("请核对是哪个区县的文件，退回送件人。"),
    ),
    "not_for_us": lambda: (tr("这张回执是给别的站点或电脑的。"), tr("请在对应的电脑上收这张回执。")),
    "not_a_receipt": lambda: (tr("这是站点的交接包，不是回执。"), tr("请选择区县交回的回执文件。")),
    "not_a_bundle": lambda: (tr("这是回执，不是站点的交接包。"), tr("请选择站点交来的交接包。")),
    "fork": lambda: (
        tr("同一台电脑出现了两份不同的历史，可能复制过数据文件夹。"),
        tr("文件已隔离保管，没有丢失。请停用其中一份，联系技术支持处理后再交接。"),
    ),
    "clock": lambda: (tr("对方电脑的时钟比本机快一天以上。"), tr("请核对两边电脑的日期；校准后由站点重新导出。")),
    "unknown_receipt": lambda: (
        tr("回执对应的交接包不是这份数据发出的。"),
        tr("如果数据从备份恢复过，请重新导出一次；仍有疑问请联系技术支持。"),
    ),
    "bad_certificate": lambda: (tr("接入登记文件不完整或被改动过。"), tr("请重新索取登记文件。")),
}
