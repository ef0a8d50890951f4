"""The parts that get lost on the way into a package: each is used once, for real, without any station."""

from __future__ import annotations

import hashlib
import secrets
from functools import cached_property
from pathlib import Path
from typing import Any

from desktop import resources
from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.services.steps import Step

RARE = "㛃䶮𬭎𠮷𫖯"
"""Letters of names outside the usual fonts: two of the first extension, three beyond the first 65 536 characters."""

_NUMBER = "ZZ-ZQ-2026-A0001"  # of a paper about nobody
_READABLE_DPI = 200


class Parts:
    """Checks that work in an empty folder; each returns what it saw, without secrets, or raises."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def steps(self) -> tuple[Step, ...]:
        """Return the checks in an order in which none needs an earlier one."""
        return (
            Step("migrate", tr("建立加密数据库"), self._migrate),
            Step("kdf", tr("由密码算出密钥"), self._derive),
            Step("keyring", tr("系统密钥环"), self._name_keyring),
            Step("pdf", tr("带生僻字的文书"), self._write_pdf),
            Step("preview", tr("预览图片"), self._draw_page),
            Step("picture", tr("拆开图片"), self._take_apart),
            Step("qr", tr("读二维码"), self._read_code),
            Step("sheet", tr("读写表格"), self._mark_sheet),
            Step("bundle", tr("封装和打开交接包"), self._seal_bundle),
        )

    def _migrate(self) -> str:
        from desktop.store import facts
        from desktop.store.engine import DatabaseKey, create_database, open_database

        file, key, uuid = self._folder / "parts.db", DatabaseKey(secrets.token_bytes(48)), str(secrets.token_hex(16))
        told = {"kind": "station", "db_uuid": uuid, "station_id": "-", "replica_id": "-", "pc_letter": "A"}
        create_database(file, key, {**told, "incarnation": "0", "is_practice": "1"})
        _must(not file.read_bytes().startswith(b"SQLite format"), tr("数据库没有加密。"))
        store = open_database(file, key, uuid)
        try:
            with store.reader.connect() as db:
                version = db.exec_driver_sql("PRAGMA user_version").scalar()
                cipher = db.exec_driver_sql("PRAGMA cipher_version").scalar()
                _must(facts.read(db)["db_uuid"] == uuid, tr("数据库里的内容读不回来。"))
        finally:
            store.close()
        return tr("表结构 {version}，SQLCipher {cipher}", version=version, cipher=cipher)

    def _derive(self) -> str:
        from desktop.vault import kdf, seal

        first, second = (kdf.work(b"secret", salt * 16, kdf.FLOOR) for salt in (b"1", b"2"))
        _must(len(first) == len(seal.stretch(first, "parts")) == 32 and first != second, tr("密钥算得不对。"))
        return tr("Argon2id {n} MiB", n=kdf.FLOOR.memory_kib // 1024)

    def _name_keyring(self) -> str:
        from desktop.devices import keyrings

        return keyrings.name()

    @cached_property
    def _paper(self) -> tuple[dict[str, Any], bytes]:
        from desktop.documents import papers

        fields = {"station.name": tr("练习站点"), "person.name": RARE, "term.from": "2026-03-31"}
        content = papers.resolve("consent", _NUMBER, fields, is_practice=True)
        return content, papers.render_content(content)

    def _write_pdf(self) -> str:
        from desktop.documents import pages

        pdf = self._paper[1]
        found = pages.page_texts(pdf)
        # without blanks: a change of the font looks like one to whoever reads the text
        _must(RARE in "".join(found[0].split()), tr("PDF 里找不到生僻字。"))
        return tr("{pages} 页，{n} 字节，生僻字可以复制出来", pages=len(found), n=len(pdf))

    def _draw_page(self) -> str:
        from desktop.documents import pages

        width, height, raw = pages.page_images(self._paper[1], 110)[0]
        _must(len(raw) == width * height * 3 and 0 in raw and 255 in raw, tr("预览图片是空的。"))
        return tr("{width}×{height}", width=width, height=height)

    def _take_apart(self) -> str:
        from desktop.documents import pages
        from desktop.documents.unpacking import Unpacking
        from desktop.services import trays

        found = list(Unpacking(trays.limits()).pages(self._paper[1]))
        _must(len(found) == pages.page_count(self._paper[1]), tr("PDF 拆不成图片。"))
        again = list(Unpacking(trays.limits()).pages(found[0].data))
        _must((again[0].width, again[0].height) == (found[0].width, found[0].height), tr("图片读不出来。"))
        return tr("{n} 页，{width}×{height}", n=len(found), width=found[0].width, height=found[0].height)

    def _read_code(self) -> str:
        from desktop.documents import codes, pages, papers

        content, pdf = self._paper
        read = [text for picture in pages.page_images(pdf, _READABLE_DPI) for text in codes.read(picture)]
        _must(set(read) == {papers.code_text(content)}, tr("二维码读不出来。"))
        return tr("{n} 个", n=len(read))

    def _mark_sheet(self) -> str:
        from desktop.services import imports
        from desktop.sheets.books import open_book
        from desktop.sheets.writer import Mark, marked_copy

        data = resources.path("demo/roster.xlsx").read_bytes()
        book = open_book(data, imports.limits())
        first = book.grid(book.sheets[0].name)
        marked = marked_copy(data, first.name, 1, [Mark(2, 1, "error", RARE)], tr("问题"))
        texts = {text for row in open_book(marked, imports.limits()).grid(first.name).rows() for text in row}
        _must(RARE in texts, tr("表格写了读不回来。"))
        return tr("{n} 行", n=first.last_row)

    def _seal_bundle(self) -> str:
        from desktop.sync import container
        from desktop.vault import seal

        identity, signer = seal.new_age_identity(), seal.SigningKey.generate()
        payload = seal.encrypt(RARE.encode(), [seal.recipient_of(identity)])
        manifest = hashlib.sha256(payload).digest()
        packed = container.pack(manifest, signer.sign(manifest), payload)
        found = container.unpack(packed)
        _must(seal.verify(signer.public_text, found.manifest, found.signature), tr("签名对不上。"))
        _must(seal.decrypt(found.payload, identity) == RARE.encode(), tr("交接包打开后内容不对。"))
        return tr("{n} 字节", n=len(packed))


def _must(is_so: bool, trouble: str) -> None:
    if not is_so:
        raise OperationalError("io_error", trouble, tr("安装包可能不完整，请重新安装。"))
