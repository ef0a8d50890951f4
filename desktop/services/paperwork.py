"""What papers print about station, client, guardian and session, gathered from the store; codes as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.documents import attendance, notices
from desktop.domain.institution import price_words, yuan
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.exchange import Enrolment
from desktop.models.people import Guardian, Person
from desktop.models.stations import Station
from desktop.models.trainings import Attendance, Training
from desktop.models.users import User
from desktop.services import codes, standings
from desktop.services.institution import price_lines
from desktop.services.settings import value_in

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def fields(db: Session, person: Person, term: tuple[date, date], price_text: str) -> dict[str, object]:
    """Return everything a paper about a client may print, codes as words."""
    guardian = standings.current_guardian(db, person.id)
    address = "".join(part for part in (person.township, person.village, person.address) if part)
    own = ("name", "birth_on", "id_no", "disability_no", "phone", "file_no")
    return {
        **station(db),
        **{f"person.{name}": getattr(person, name) for name in own},
        "person.sex": codes.label_of("sex", person.sex),
        "person.address": address,
        **_guardian(guardian),
        "term.from": term[0],
        "term.to": term[1],
        "price_text": price_text,
        "notice_days": value_in(db, "papers.notice_days"),
        "county.name": _county(db),
    }


def _county(db: Session) -> str | None:
    """Return the name of the county office that gets the data, known once the station is enrolled (PIPL 23)."""
    return db.scalar(select(Enrolment.hub_name).order_by(Enrolment.enrolled_at.desc()).limit(1))


def station(db: Session) -> dict[str, object]:
    """Return what papers print about the station."""
    found = db.scalar(select(Station).limit(1))
    names = ("name", "address", "phone", "uscc", "legal_person", "manager", "supervision_phone",
             "green_channel_hospital", "green_channel_phone")  # fmt: skip
    return {f"station.{name}": getattr(found, name, None) for name in names}


def _guardian(guardian: Guardian | None) -> dict[str, object]:
    if guardian is None:
        return {}
    facts: dict[str, object] = {
        f"guardian.{name}": getattr(guardian, name) for name in ("name", "id_no", "phone", "address")
    }
    return facts | {"guardian.relation": codes.label_of("relation", guardian.relation)}


def sheet(db: Session, training_id: str) -> tuple[dict[str, object], list[attendance.SheetLine]]:
    """Return the head and the roster of the sign-in sheet."""
    training = db.get(Training, training_id)
    if training is None or training.is_deleted:
        raise ValidationError("no_such_training", tr("没有这次训练。"), tr("请先保存训练，再打印签到表。"))
    roster = db.execute(
        select(Person.name, Person.file_no)
        .join(Attendance, Attendance.person_id == Person.id)
        .where(Attendance.training_id == training_id, Attendance.is_deleted.is_(False))
        .order_by(Attendance.id)
    )
    lines = [attendance.SheetLine(name, file_no) for name, file_no in roster]
    leader = db.scalar(select(User.name).where(User.id == training.leader_id))
    facts = {
        **station(db),
        "training.held_on": training.held_on,
        "training.starts": training.starts,
        "training.ends": training.ends,
        "training.type": codes.label_of("training_type", training.training_type),
        "training.form": codes.label_of("training_form", training.form),
        "training.theme": training.theme,
        "training.place": codes.label_of("training_place", training.place),
        "training.leader": leader,
        "training.helpers": training.helpers,
        "training.expected": len(lines),
    }
    return facts, lines


def price_notice(db: Session, on: date) -> tuple[dict[str, object], list[notices.PriceLine]]:
    """Return the head and the lines of the price notice of a day."""
    lines = [
        notices.PriceLine(one.service, price_words(one.price_fen, one.unit), _subsidy(one.subsidy_fen, one.unit))
        for one in price_lines(db, on)
    ]
    if not lines:
        raise ValidationError(
            "no_prices", tr("还没有现行的收费项目，没有什么可以公示。"), tr("请先在机构档案里登记价格。")
        )
    bases = dict.fromkeys(one.basis for one in price_lines(db, on) if one.basis)
    return {**station(db), "notice.on": on, "notice.basis": tr("；").join(bases)}, lines


def _subsidy(fen: int, unit: str) -> str:
    return tr("{yuan} 元/{unit}", yuan=yuan(fen), unit=unit) if fen else tr("—")
