"""How a service says no: the first error of a form, a stale revision, a record that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from desktop.domain.texts import check_values
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.people import Person
from desktop.models.users import User

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

    from desktop.domain.faults import Fault
    from desktop.models.base import Record
    from desktop.models.benefits import Benefit
    from desktop.models.visits import Visit


def raise_first(faults: Iterable[Fault]) -> None:
    """Raise the first error among the faults, naming its field; warnings do not stop anybody."""
    for fault in faults:
        if fault.severity == "error":
            raise ValidationError(fault.code, fault.message, field=fault.field)


def raise_if_stale(record: Record, revision: int) -> None:
    """Refuse to save over a revision that the person at the desk has not seen."""
    if record.revision != revision:
        raise ValidationError(
            "stale", tr("这份内容刚被别人改过。"), tr("请重新打开，看过新内容再改；您写的已留在草稿里。")
        )


def reason(text: str) -> str:
    """Return the reason given for an act that is not done without one; raises ValidationError reason_needed."""
    given = text.strip()
    if not given:
        raise ValidationError("reason_needed", tr("请写明理由。"), tr("理由会记入操作记录。"), field="reason")
    raise_first(check_values({"reason": given}))
    return given


def raise_if_moved(record: Benefit | Visit, person_id: str, revision: int) -> None:
    """Refuse to put a record of one client under the name of another, or over a revision nobody has seen."""
    if record.person_id != person_id:
        raise ValidationError("other_person", tr("这条记录是另一个人的，不能改到别人名下。"), field="person_id")
    raise_if_stale(record, revision)


def person_in(db: Session, person_id: str) -> Person:
    """Return a client; raises ValidationError no_such_person, joined when the file became part of another."""
    person = anybody_in(db, person_id)
    raise_if_closed(db, person.id)
    if person.archived_on is not None and "subject" in db.info:  # a write
        raise ValidationError(
            "archived",
            tr("这份档案已归档，只能查看，不能改。"),
            tr("本人重新接受服务时，请在“已归档”里办理重新入站。"),
            field="person",
        )
    return person


def anybody_in(db: Session, person_id: str) -> Person:
    """Return a client, also one whose file is closed or archived: for acts that the law grants even then."""
    person = db.get(Person, person_id)
    if person is None or person.is_deleted:
        raise _gone(db, person_id)
    return person


def raise_if_closed(db: Session, person_id: str | None) -> None:
    """Refuse a file that is restricted or erased, unless a head opened it with a reason, and then only to read it."""
    person = db.get(Person, person_id) if person_id else None
    if person is None or (person.restricted_on is None and person.erased_on is None) or person.id in opened(db):
        return
    if person.erased_on is not None:
        message = tr("这个人的个人信息已依法删除，留下的只能存着。")
    else:
        message = tr("这份档案已限制处理，只能存着，不能查看和使用。")
    raise ValidationError("restricted", message, tr("确有必要时，由站长写明理由打开。"), field="person")


def opened(db: Session) -> frozenset[str]:
    """Return the closed files that a head opened since the unlock."""
    memory = db.info.get("memory") or {}
    found: frozenset[str] = memory.get("opened", frozenset())
    return found


def _gone(db: Session, person_id: str) -> ValidationError:
    """Return the refusal for a file that is no longer there, naming the one it became part of."""
    from desktop.services import joined

    kept = joined.now_at(db, person_id)
    if kept is None:
        return no_such_person()
    message = tr("这份档案已并入 {file_no}。", file_no=kept.file_no)
    return ValidationError("joined", message, tr("请打开那份档案接着办；写好的内容留在草稿里。"), field="person")


def raise_unless_known(db: Session, person_ids: Collection[str]) -> None:
    """Refuse when one of the clients is not (any longer) in the files."""
    known = select(func.count()).select_from(Person).where(Person.id.in_(person_ids), Person.is_deleted.is_(False))
    if person_ids and db.scalar(known) != len(person_ids):
        raise no_such_person()
    closed = select(Person.id).where(
        Person.id.in_(person_ids), or_(Person.restricted_on.is_not(None), Person.archived_on.is_not(None))
    )
    for person_id in db.scalars(closed):
        person_in(db, person_id)


def raise_unless_account(db: Session, user_id: str, field: str) -> None:
    """Refuse a member of staff who has no account here."""
    if db.get(User, user_id) is None:
        raise ValidationError("no_such_user", tr("没有这位工作人员，请从列表里选。"), field=field)


def no_such_person() -> ValidationError:
    """Return the refusal for a client who is not in the files."""
    return ValidationError("no_such_person", tr("没有这份档案。"), tr("请核对档案号，或到列表里查找。"), field="person")
