"""Every field of the file, the institution file, benefits, the survey, scans, joined files, comparisons, privacy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The search box finds guardian and diagnosis too; how they are spelled in pinyin comes with the next save of the file.
_FIND_MORE = """
UPDATE person SET search_text = search_text
    || coalesce((SELECT group_concat(lower(replace(name, ' ', '')), ' ') || ' ' FROM guardian
        WHERE person_id = person.id AND is_deleted = 0 AND to_on IS NULL), '')
    || coalesce((SELECT lower(replace(diagnosis_text, ' ', '')) || ' ' FROM clinical_profile
        WHERE person_id = person.id AND is_deleted = 0 ORDER BY noted_on DESC, id DESC LIMIT 1), '')
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("headings_hash", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
        sa.UniqueConstraint("kind", "headings_hash", name=op.f("uq_column_mapping_kind_headings_hash")),
    )
    op.create_table(
        "comparison",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("sheet_sha256", sa.String(length=64), nullable=False),
        sa.Column("compared_at", sa.String(length=27), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
    )
    op.create_index(op.f("ix_comparison_station_id"), "comparison", ["station_id"], unique=False)
    op.create_table(
        "emergency_plan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("plan_version", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.String(length=10), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_plan")),
    )
    op.create_index(op.f("ix_emergency_plan_station_id"), "emergency_plan", ["station_id"], unique=False)
    op.create_table(
        "insurance_policy",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("insurer", sa.Text(), nullable=True),
        sa.Column("policy_no", sa.Text(), nullable=True),
        sa.Column("from_on", sa.String(length=10), nullable=True),
        sa.Column("to_on", sa.String(length=10), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_policy")),
    )
    op.create_index(op.f("ix_insurance_policy_station_id"), "insurance_policy", ["station_id"], unique=False)
    op.create_table(
        "price_item",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("subsidy_fen", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("from_on", sa.String(length=10), nullable=False),
        sa.Column("to_on", sa.String(length=10), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_item")),
    )
    op.create_index(op.f("ix_price_item_station_id"), "price_item", ["station_id"], unique=False)
    op.create_table(
        "purchase_contract",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=True),
        sa.Column("from_on", sa.String(length=10), nullable=True),
        sa.Column("to_on", sa.String(length=10), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_contract")),
    )
    op.create_index(op.f("ix_purchase_contract_station_id"), "purchase_contract", ["station_id"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("screen", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("saved_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("user_id", "screen", "name", name=op.f("uq_saved_view_user_id_screen_name")),
    )
    op.create_table(
        "supervision_visit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("visited_on", sa.String(length=10), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("inspectors", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_visit")),
    )
    op.create_index(op.f("ix_supervision_visit_station_id"), "supervision_visit", ["station_id"], unique=False)
    op.create_table(
        "care_team_member",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("from_on", sa.String(length=10), nullable=True),
        sa.Column("to_on", sa.String(length=10), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_team_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_team_member")),
    )
    op.create_index(op.f("ix_care_team_member_person_id"), "care_team_member", ["person_id"], unique=False)
    op.create_index(op.f("ix_care_team_member_station_id"), "care_team_member", ["station_id"], unique=False)
    op.create_table(
        "comparison_line",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("comparison_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("match_key", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("theirs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("differences", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_comparison_line_comparison_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comparison_line_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_line")),
    )
    op.create_index(op.f("ix_comparison_line_comparison_id"), "comparison_line", ["comparison_id"], unique=False)
    op.create_index(op.f("ix_comparison_line_match_key"), "comparison_line", ["match_key"], unique=False)
    op.create_index(op.f("ix_comparison_line_person_id"), "comparison_line", ["person_id"], unique=False)
    op.create_index(op.f("ix_comparison_line_station_id"), "comparison_line", ["station_id"], unique=False)
    op.create_table(
        "contract_line",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["purchase_contract.id"], name=op.f("fk_contract_line_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_line")),
    )
    op.create_index(op.f("ix_contract_line_contract_id"), "contract_line", ["contract_id"], unique=False)
    op.create_index(op.f("ix_contract_line_station_id"), "contract_line", ["station_id"], unique=False)
    op.create_table(
        "emergency_drill",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("plan_id", sa.String(length=36), nullable=True),
        sa.Column("held_on", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=True),
        sa.Column("improvement", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["emergency_plan.id"], name=op.f("fk_emergency_drill_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_drill")),
    )
    op.create_index(op.f("ix_emergency_drill_plan_id"), "emergency_drill", ["plan_id"], unique=False)
    op.create_index(op.f("ix_emergency_drill_station_id"), "emergency_drill", ["station_id"], unique=False)
    op.create_table(
        "medication",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("dose", sa.String(length=12), nullable=True),
        sa.Column("unit", sa.String(length=2), nullable=True),
        sa.Column("times", sa.Text(), nullable=True),
        sa.Column("route", sa.String(length=12), nullable=True),
        sa.Column("source", sa.String(length=12), nullable=True),
        sa.Column("prescriber", sa.Text(), nullable=True),
        sa.Column("started_on", sa.String(length=10), nullable=True),
        sa.Column("stopped_on", sa.String(length=10), nullable=True),
        sa.Column("next_due_on", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_medication_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medication")),
    )
    op.create_index(op.f("ix_medication_person_id"), "medication", ["person_id"], unique=False)
    op.create_index(op.f("ix_medication_station_id"), "medication", ["station_id"], unique=False)
    op.create_table(
        "person_join",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("gone_id", sa.String(length=36), nullable=False),
        sa.Column("gone_file_no", sa.Text(), nullable=False),
        sa.Column("joined_on", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("undone_on", sa.String(length=10), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["gone_id"], ["person.id"], name=op.f("fk_person_join_gone_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_join_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_join")),
    )
    op.create_index(op.f("ix_person_join_gone_id"), "person_join", ["gone_id"], unique=False)
    op.create_index(op.f("ix_person_join_person_id"), "person_join", ["person_id"], unique=False)
    op.create_index(op.f("ix_person_join_station_id"), "person_join", ["station_id"], unique=False)
    op.create_table(
        "distinct_pair",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("other_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_distinct_pair_other_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_distinct_pair_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinct_pair")),
        sa.UniqueConstraint("person_id", "other_id", name=op.f("uq_distinct_pair_person_id_other_id")),
    )
    op.create_index(op.f("ix_distinct_pair_other_id"), "distinct_pair", ["other_id"], unique=False)
    op.create_index(op.f("ix_distinct_pair_person_id"), "distinct_pair", ["person_id"], unique=False)
    op.create_index(op.f("ix_distinct_pair_station_id"), "distinct_pair", ["station_id"], unique=False)
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("asked_on", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(length=4), nullable=True),
        sa.Column("identity_check", sa.String(length=12), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.String(length=10), nullable=True),
        sa.Column("document_id", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_privacy_request_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_privacy_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
    )
    op.create_index(op.f("ix_privacy_request_person_id"), "privacy_request", ["person_id"], unique=False)
    op.create_index(op.f("ix_privacy_request_station_id"), "privacy_request", ["station_id"], unique=False)
    op.create_table(
        "supervision_finding",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("rectification", sa.Text(), nullable=True),
        sa.Column("mended_on", sa.String(length=10), nullable=True),
        sa.Column("rechecked_on", sa.String(length=10), nullable=True),
        sa.Column("rechecked_by", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["supervision_visit.id"], name=op.f("fk_supervision_finding_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_finding")),
    )
    op.create_index(op.f("ix_supervision_finding_station_id"), "supervision_finding", ["station_id"], unique=False)
    op.create_index(op.f("ix_supervision_finding_visit_id"), "supervision_finding", ["visit_id"], unique=False)
    op.create_table(
        "survey_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("birth_on", sa.String(length=10), nullable=True),
        sa.Column("id_no", sa.String(length=32), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("township", sa.Text(), nullable=True),
        sa.Column("village", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("diagnosis_category", sa.String(length=2), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("contacted_on", sa.String(length=10), nullable=True),
        sa.Column("contacted_by", sa.Text(), nullable=True),
        sa.Column("needs", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_entry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_entry")),
    )
    op.create_index(op.f("ix_survey_entry_id_no"), "survey_entry", ["id_no"], unique=False)
    op.create_index(op.f("ix_survey_entry_person_id"), "survey_entry", ["person_id"], unique=False)
    op.create_index(op.f("ix_survey_entry_station_id"), "survey_entry", ["station_id"], unique=False)
    op.create_table(
        "benefit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("guardian_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entitled_on", sa.String(length=10), nullable=True),
        sa.Column("applied_on", sa.String(length=10), nullable=True),
        sa.Column("granted_on", sa.String(length=10), nullable=True),
        sa.Column("paid_until", sa.String(length=10), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.Column("paper_id", sa.String(length=36), nullable=True),
        sa.Column("agreed_on", sa.String(length=10), nullable=True),
        sa.Column("agreed_until", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_benefit_guardian_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["document.id"], name=op.f("fk_benefit_paper_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_benefit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit")),
    )
    op.create_index(op.f("ix_benefit_person_id"), "benefit", ["person_id"], unique=False)
    op.create_index(op.f("ix_benefit_station_id"), "benefit", ["station_id"], unique=False)
    op.create_table(
        "scan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("made_on", sa.String(length=10), nullable=True),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_scan_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_scan_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    op.create_index(op.f("ix_scan_document_id"), "scan", ["document_id"], unique=False)
    op.create_index(op.f("ix_scan_person_id"), "scan", ["person_id"], unique=False)
    op.create_index(op.f("ix_scan_station_id"), "scan", ["station_id"], unique=False)
    op.create_table(
        "scan_page",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("piece", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_scan_page_person_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_scan_page_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_page")),
        sa.UniqueConstraint("scan_id", "number", name=op.f("uq_scan_page_scan_id_number")),
    )
    op.create_index(op.f("ix_scan_page_person_id"), "scan_page", ["person_id"], unique=False)
    op.create_index(op.f("ix_scan_page_station_id"), "scan_page", ["station_id"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("assessed_on", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("instrument", sa.String(length=24), nullable=False),
        sa.Column("instrument_version", sa.String(length=16), nullable=True),
        sa.Column("assessors", sa.Text(), nullable=True),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("subscores", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=8), server_default="entered", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assessment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index("ix_assessment_person_id_assessed_on", "assessment", ["person_id", "assessed_on"], unique=False)
    op.create_index(op.f("ix_assessment_station_id"), "assessment", ["station_id"], unique=False)
    op.create_table(
        "staff_training",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("held_on", sa.String(length=10), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=True),
        sa.Column("organiser", sa.Text(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=8), server_default="entered", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("updated_by", sa.String(length=36), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_training")),
    )
    op.create_index(op.f("ix_staff_training_station_id"), "staff_training", ["station_id"], unique=False)
    kind = sa.Column("kind", sa.String(length=16), server_default="roster", nullable=False)
    op.add_column("import_batch", kind)
    op.add_column("import_batch", sa.Column("source", sa.Text(), nullable=True))
    for table in ("training", "attendance", "visit"):
        origin = sa.Column("origin", sa.String(length=8), server_default="entered", nullable=False)
        op.add_column(table, origin)
    op.add_column("clinical_profile", sa.Column("first_onset_on", sa.String(length=10), nullable=True))
    op.add_column("clinical_profile", sa.Column("symptoms", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("clinical_profile", sa.Column("symptoms_other", sa.Text(), nullable=True))
    op.add_column("clinical_profile", sa.Column("past_lock", sa.String(length=1), nullable=True))
    op.add_column("clinical_profile", sa.Column("past_outpatient", sa.String(length=1), nullable=True))
    op.add_column("clinical_profile", sa.Column("first_drug_on", sa.String(length=10), nullable=True))
    op.add_column("clinical_profile", sa.Column("hospital_times", sa.Integer(), nullable=True))
    op.add_column("clinical_profile", sa.Column("last_effect", sa.String(length=1), nullable=True))
    op.add_column("clinical_profile", sa.Column("danger_acts", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("clinical_profile", sa.Column("health_consent", sa.String(length=8), nullable=True))
    op.add_column("clinical_profile", sa.Column("in_smd_system", sa.String(length=8), nullable=True))
    op.add_column("clinical_profile", sa.Column("specialist_opinion", sa.Text(), nullable=True))
    op.add_column("clinical_profile", sa.Column("past_behaviour", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("clinical_profile", sa.Column("current_risk", sa.String(length=16), nullable=True))
    op.add_column("clinical_profile", sa.Column("somatic_disease", sa.Text(), nullable=True))
    op.add_column("clinical_profile", sa.Column("family_history", sa.Text(), nullable=True))
    op.add_column("clinical_profile", sa.Column("doctor_name", sa.Text(), nullable=True))
    op.add_column("clinical_profile", sa.Column("filled_on", sa.String(length=10), nullable=True))
    op.add_column("guardian", sa.Column("kind", sa.String(length=12), nullable=True))
    op.add_column("guardian", sa.Column("sex", sa.String(length=1), nullable=True))
    op.add_column("guardian", sa.Column("basis", sa.String(length=12), nullable=True))
    op.add_column("guardian", sa.Column("is_able", sa.Boolean(), nullable=True))
    op.add_column("guardian", sa.Column("weakness", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("disability_card", sa.String(length=8), nullable=True))
    op.add_column("person", sa.Column("platform_no", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("ehr_no", sa.String(length=17), nullable=True))
    op.add_column("person", sa.Column("marital", sa.String(length=2), nullable=True))
    op.add_column("person", sa.Column("education", sa.String(length=2), nullable=True))
    op.add_column("person", sa.Column("employment", sa.String(length=2), nullable=True))
    op.add_column("person", sa.Column("hukou_type", sa.String(length=1), nullable=True))
    op.add_column("person", sa.Column("residence_type", sa.String(length=1), nullable=True))
    op.add_column("person", sa.Column("division_code", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("hukou_address", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("grid", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("home_phone", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("living_situation", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("co_residents", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("person", sa.Column("co_resident_relation", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("living_environment", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("economic_status", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("income_sources", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("person", sa.Column("money_management", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("relief_category", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("medical_insurance", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("service_standard", sa.String(length=8), nullable=True))
    op.add_column("person", sa.Column("restricted_on", sa.String(length=10), nullable=True))
    op.add_column("person", sa.Column("archived_on", sa.String(length=10), nullable=True))
    op.drop_index("ix_person_file_no", "person")
    op.create_index("ix_person_listed", "person", ["file_no", "archived_on", "is_deleted"], unique=False)
    op.add_column("person", sa.Column("retention_class", sa.String(length=8), nullable=True))
    op.add_column("person", sa.Column("keep_until", sa.String(length=10), nullable=True))
    op.add_column("person", sa.Column("erased_on", sa.String(length=10), nullable=True))
    op.add_column("station", sa.Column("capacity_home", sa.Integer(), nullable=True))
    op.add_column("station", sa.Column("status", sa.String(length=12), nullable=True))
    op.add_column("station", sa.Column("area_m2", sa.Integer(), nullable=True))
    op.add_column("station", sa.Column("rooms", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("station", sa.Column("service_forms", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("station", sa.Column("direct_staff", sa.Integer(), nullable=True))
    op.add_column("station", sa.Column("technical_hospital", sa.Text(), nullable=True))
    op.add_column("station", sa.Column("technical_contact", sa.Text(), nullable=True))
    op.add_column("station", sa.Column("technical_phone", sa.Text(), nullable=True))
    op.add_column("station", sa.Column("rating", sa.Text(), nullable=True))
    op.add_column("station", sa.Column("rated_on", sa.String(length=10), nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # the county derives the text anew from what it takes in
        op.execute(_FIND_MORE)
