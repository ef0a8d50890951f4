"""What belongs to the institution file beside the station itself (机构档案): prices, plans, contracts, supervision."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import HasOrigin, Record


class PriceItem(Record):
    """One line of the price notice (收费公示) with the time it held; amounts in fen (分), zero is printed as free."""

    __tablename__ = "price_item"

    service: Mapped[str]
    unit: Mapped[str]
    price_fen: Mapped[int]
    subsidy_fen: Mapped[int] = mapped_column(default=0)
    basis: Mapped[str | None]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class EmergencyPlan(Record):
    """One version of the emergency plan (应急预案)."""

    __tablename__ = "emergency_plan"

    plan_version: Mapped[str]
    approved_on: Mapped[date]
    approved_by: Mapped[str | None]
    summary: Mapped[str | None]


class EmergencyDrill(Record):
    """One drill (应急演练) of a plan."""

    __tablename__ = "emergency_drill"

    plan_id: Mapped[str | None] = mapped_column(ForeignKey("emergency_plan.id"), index=True)
    held_on: Mapped[date]
    topic: Mapped[str]
    participants: Mapped[int | None]
    problems: Mapped[str | None]
    improvement: Mapped[str | None]


class InsurancePolicy(Record):
    """One insurance of the institution (机构保险)."""

    __tablename__ = "insurance_policy"

    kind: Mapped[str] = mapped_column(String(16))
    insurer: Mapped[str | None]
    policy_no: Mapped[str | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class PurchaseContract(Record):
    """A contract by which the government buys the service (政府购买服务合同); amount in fen (分)."""

    __tablename__ = "purchase_contract"

    number: Mapped[str | None]
    buyer: Mapped[str]
    operator: Mapped[str | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    amount_fen: Mapped[int | None]


class ContractLine(Record):
    """One contracted quantity (约定数量) of a purchase contract; `measure` names what the program counts for it."""

    __tablename__ = "contract_line"

    contract_id: Mapped[str] = mapped_column(ForeignKey("purchase_contract.id"), index=True)
    service: Mapped[str]
    measure: Mapped[str | None] = mapped_column(String(16))
    unit: Mapped[str | None]
    quantity: Mapped[int]


class SupervisionVisit(Record):
    """One visit of an authority (监督检查)."""

    __tablename__ = "supervision_visit"

    visited_on: Mapped[date]
    authority: Mapped[str]
    inspectors: Mapped[str | None]
    topic: Mapped[str | None]
    outcome: Mapped[str | None]


class SupervisionFinding(Record):
    """One finding of a supervision visit: what, by when to mend, mended how, looked at again when."""

    __tablename__ = "supervision_finding"

    visit_id: Mapped[str] = mapped_column(ForeignKey("supervision_visit.id"), index=True)
    finding: Mapped[str]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(8), default="open")
    rectification: Mapped[str | None]
    mended_on: Mapped[date | None]
    rechecked_on: Mapped[date | None]
    rechecked_by: Mapped[str | None]


class StaffTraining(HasOrigin, Record):
    """One training of one member of the staff (工作人员培训), by name: not everybody who works here has an account."""

    __tablename__ = "staff_training"

    staff: Mapped[str]
    held_on: Mapped[date]
    hours: Mapped[float]
    topic: Mapped[str]
    kind: Mapped[str | None] = mapped_column(String(12))
    organiser: Mapped[str | None]
    certificate: Mapped[str | None]
