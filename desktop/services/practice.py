"""The practice day (演示): a made-up station lives one day, from the roster to the receipt of the county."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import resources
from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.services import keys
from desktop.services.clock import PracticeClock
from desktop.services.codes import entries
from desktop.services.consents import PaperGridRow, ScopeAnswer, SignedPaper
from desktop.services.documents import PaperChoices
from desktop.services.fiction import Fiction, keep_institution, practice_station
from desktop.services.history import History
from desktop.services.hub import Hub, create_hub
from desktop.services.steps import Step
from desktop.store import disk
from desktop.sync.names import CERTIFICATE_SUFFIX
from desktop.vault.keys import FLOOR

if TYPE_CHECKING:
    from desktop.services.catalogue import Services

_PAPERS = 6  # clients whose papers are printed on the day
_SIGNED = 4  # of these, papers that come back signed at once
_VISITS = 3
_OLD_PAPERS_DAYS = 12
_ASKED = 27  # people of the survey list who are no clients
_ELSEWHERE = 1000  # their seed is another one
_PAPER_KINDS = ("consent", "agreement")


@dataclass(frozen=True)
class PracticeUser:
    """An account of the practice station or hub, and the file with its password."""

    name: str
    role: str
    password_file: Path


@dataclass
class PracticeDay:
    """Everything below one folder; `files` and `users` grow while the steps are done in their order."""

    root: Path
    on: date
    seed: int = 1
    persons: int = 40
    years: int = 1
    is_data_only: bool = False
    files: dict[str, Path] = field(default_factory=dict)
    users: list[PracticeUser] = field(default_factory=list)
    _open: list[Services | Hub] = field(default_factory=list, repr=False)

    def steps(self) -> tuple[Step, ...]:
        """Return the parts of the day; each returns a sentence about what it did."""
        data = (
            Step("station", tr("建立练习站点"), self._make_station),
            Step("history", tr("过去的日子"), self._live_history),
        )
        if self.is_data_only:
            return data
        return (
            *data,
            Step("roster", tr("导入花名册"), self._import_roster),
            Step("grid", tr("补录以前签好的文书"), self._enter_old_papers),
            Step("papers", tr("打印知情同意书和服务协议"), self._print_papers),
            Step("signing", tr("登记签回的文书"), self._sign_papers),
            Step("group", tr("小组训练"), self._hold_group),
            Step("visits", tr("入户"), self._visit),
            Step("hub", tr("建立县级汇总端并登记本站"), self._make_hub),
            Step("export", tr("导出交接包"), self._export),
            Step("import", tr("汇总端导入"), self._import),
            Step("receipt", tr("收回执"), self._receive),
            Step("backup", tr("备份"), self._back_up),
            Step("check", tr("检查"), self._check),
        )

    def smoke_steps(self) -> tuple[Step, ...]:
        """Return the shortest way through every layer, for a freshly installed program."""
        return (
            Step("station", tr("建立练习站点"), self._make_station),
            Step("people", tr("登记"), self._register),
            Step("papers", tr("打印文书"), self._print_papers),
            Step("signing", tr("登记签回的文书"), self._sign_papers),
            Step("hub", tr("建立县级汇总端并登记本站"), self._make_hub),
            Step("export", tr("导出交接包"), self._export),
            Step("import", tr("汇总端导入"), self._import),
            Step("receipt", tr("收回执"), self._receive),
            Step("backup", tr("备份"), self._back_up),
            Step("check", tr("检查"), self._check),
        )

    def close(self) -> None:
        """Lock station and hub."""
        while self._open:
            self._open.pop().close()

    @property
    def schema(self) -> str | None:
        """Return the version of the station's tables, once there is a station."""
        return self._services.desk.facts.schema if "station" in self.files else None

    @property
    def station_folder(self) -> Path:
        """Where the practice station stands."""
        return self.root / "station"

    def _make_station(self) -> str:
        told = resources.table("demo/fiction.toml")
        self._clock = PracticeClock(self.on - timedelta(days=365 * self.years))
        drafts = [self._account(**user) for user in told["users"]]
        code = keys.new_recovery_code()
        self._secret("recovery", code)
        self._services = keys.create_station(
            self.station_folder, practice_station(), drafts[0], "A", code, self._clock, FLOOR, is_practice=True
        )
        self._open.append(self._services)
        for draft in drafts[1:]:
            self._services.users.add(draft)
        self.files["station"] = self.station_folder
        return tr("{name}，{n} 个账号", name=practice_station().name, n=len(drafts))

    def _folder(self, name: str) -> Path:
        with disk.in_plain_words():
            (self.root / name).mkdir(mode=0o700, exist_ok=True)
        return self.root / name

    def _account(self, login: str, name: str, role: str) -> keys.AccountDraft:
        """Make up an account whose password only its file knows."""
        password = secrets.token_urlsafe(15)
        self.users.append(PracticeUser(login, role, self._secret(login, password)))
        return keys.AccountDraft(login, name, role, password)

    def _secret(self, name: str, text: str) -> Path:
        file = self._folder("secrets") / f"{name}.txt"
        disk.write_safely(file, f"{text}\n".encode())
        return file

    def _live_history(self) -> str:
        self._history = History(self._services, self._clock, self.seed)
        people = Fiction(self.seed, self.on, self.years).people(self.persons, is_special=self.is_data_only)
        self._history.live(people, self.on - timedelta(days=0 if self.is_data_only else 1))
        self._clock.move_to(self.on)
        keep_institution(self._services.institution, self.on)
        others = Fiction(self.seed + _ELSEWHERE, self.on).people(_ASKED, is_special=False)
        self._history.survey(others, self.on)
        return tr("{n} 人，{years} 年", n=len(people), years=self.years)

    def _register(self) -> str:
        self._clock.move_to(self.on)
        people = Fiction(self.seed, self.on).people(self.persons)
        for draft in people:
            self._services.people.register(draft)
        return tr("{n} 人", n=len(people))

    def _import_roster(self) -> str:
        errors = self._folder("roster") / "errors.xlsx"
        done = self._services.imports.take(resources.path("demo/roster.xlsx"), errors)
        if done.errors_file is not None:
            self.files["roster_errors"] = done.errors_file
        return tr("新增 {imported}，草稿 {drafts}，退回 {rejected}", **_counts(done, "imported", "drafts", "rejected"))

    def _enter_old_papers(self) -> str:
        """Enter what was signed on paper before the program came, for all but the few who are asked today."""
        signed_on = (self.on - timedelta(days=_OLD_PAPERS_DAYS)).isoformat()
        papers = tuple(
            SignedPaper(row.person_id, kind, signed_on, scopes=_usual_answers() if kind == "consent" else ())
            for row in self._without_papers()[_PAPERS + 2 :]
            for kind in _PAPER_KINDS
        )
        done = self._services.consents.sign_many(papers)
        return tr("{n} 份", n=done.saved)

    def _without_papers(self) -> list[PaperGridRow]:
        return [row for row in self._services.consents.grid() if row.consent == row.agreement == "missing"]

    def _print_papers(self) -> str:
        """Print both papers for the first clients who have none; exactly the stored bytes go to the file."""
        self._printed: list[tuple[PaperGridRow, str, str]] = []
        for row in self._without_papers()[:_PAPERS]:
            for kind in _PAPER_KINDS:
                paper = self._services.documents.prepare(row.person_id, kind, PaperChoices())
                document_id = self._services.documents.issue(paper)
                self._save(document_id, f"{row.file_no}-{kind}")
                self._printed.append((row, kind, document_id))
        return tr("{n} 份", n=len(self._printed))

    def _save(self, document_id: str, name: str) -> None:
        target = self._folder("print") / f"{name}.pdf"
        self._services.documents.save(document_id, target)
        self.files[f"print_{name}"] = target

    def _sign_papers(self) -> str:
        for row, kind, document_id in self._printed[: _SIGNED * len(_PAPER_KINDS)]:
            scopes = _usual_answers() if kind == "consent" else ()
            paper = SignedPaper(row.person_id, kind, self.on.isoformat(), scopes=scopes, document_id=document_id)
            self._services.consents.sign(paper)
        return tr("{n} 人签回", n=min(_SIGNED, len(self._printed) // len(_PAPER_KINDS)))

    def _hold_group(self) -> str:
        training_id = self._history.hold_session(self.on)
        if training_id is None:
            return tr("今天没有人可以参加")
        sheet = self._services.documents.prepare_sign_in_sheet(training_id)
        self._save(self._services.documents.issue(sheet), f"{sheet.document_no}-sign_in")
        return tr("{n} 人", n=len(self._services.trainings.draft(training_id).lines))

    def _visit(self) -> str:
        return tr("{n} 次", n=len(self._history.visit(self.on, _VISITS)))

    def _make_hub(self) -> str:
        """Make the county's side and introduce the two to each other, as on a stick and by telephone."""
        told = resources.table("demo/fiction.toml")["hub"]
        account = self._account("hub", told["operator"], "operator")
        folder, stick = self._folder("hub"), self._folder("usb")
        self._hub = create_hub(folder, told["name"], account, self._clock, kdf=FLOOR, is_practice=True)
        self._open.append(self._hub)
        self.files["hub"] = folder
        identity = self._hub.export_identity(self.root / "secrets" / "hub-age-identity.txt")
        self.files["hub_age_identity"] = identity
        request, fingerprint = self._services.sync.request_enrolment(stick)
        enrolled = self._hub.enrol(request, stick / f"{request.stem}{CERTIFICATE_SUFFIX}")
        if enrolled.fingerprint != fingerprint:
            raise OperationalError("io_error", tr("站点和汇总端的指纹不一致。"), tr("请重新建立练习站点。"))
        self._services.sync.enrol(enrolled.certificate)
        self.files["enrolment_request"], self.files["certificate"] = request, enrolled.certificate
        return tr("指纹一致：{fingerprint}", fingerprint=fingerprint)

    def _export(self) -> str:
        done = self._services.sync.export(self.root / "usb")
        self.files["bundle"] = done.file
        return tr(
            "{changes} 处修改，{persons} 人，未提供 {withheld_persons} 人",
            **_counts(done, "changes", "persons", "withheld_persons"),
        )

    def _import(self) -> str:
        done = self._hub.import_bundles([self.files["bundle"]], self.root / "usb" / "receipts")[0]
        if done.receipt is None:
            raise OperationalError(done.code or "io_error", done.message, tr("请重新建立练习站点。"))
        self.files["receipt"] = done.receipt
        return tr("收下 {taken} 处，冲突 {conflicts} 处", **_counts(done, "taken", "conflicts"))

    def _receive(self) -> str:
        found = self._services.sync.find_receipts(self.root / "usb" / "receipts")
        told = [self._services.sync.receive(file) for file in found]
        return tr("{n} 份回执，收到第 {seq} 处为止", n=len(told), seq=max((one.acked_seq for one in told), default=0))

    def _back_up(self) -> str:
        done = self._services.backups.make(self._folder("backups"))
        self.files["backup"] = done.file
        return tr("{n} 份档案，已打开核对", n=done.persons)

    def _check(self) -> str:
        found = self._services.integrity.check()
        if not found.is_ok:
            raise OperationalError("io_error", tr("检查发现数据有损坏。"), tr("请重新建立练习站点。"))
        return tr("没有发现问题，操作记录 {n} 条", n=found.audit.entries)


def make_folder(root: Path) -> None:
    """Make the folder of a practice day; nothing may be in it."""
    with disk.in_plain_words():
        root.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            root.chmod(0o700)


def _usual_answers() -> tuple[ScopeAnswer, ...]:
    """Return the tick-boxes as most people leave them."""
    return tuple(ScopeAnswer(entry["code"], bool(entry["is_agreed"])) for entry in entries("consent_scope"))


def _counts(told: object, *names: str) -> dict[str, Any]:
    return {name: getattr(told, name) for name in names}
