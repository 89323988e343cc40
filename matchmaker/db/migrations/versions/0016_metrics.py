"""Keep what the records of a month add up to, and what a record's place was when it was made.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

#: Table, its new column, the code list it points at, and the column of the organisation that fills old rows.
PLACES = (
    ("introduction", "industry_code", "industry", "enterprise_id", "industry_code"),
    ("voucher", "industry_code", "industry", "enterprise_id", "industry_code"),
    ("service_record", "provider_district_code", "district", "provider_id", "district_code"),
)
SCOPE = sa.Enum(
    "city", "district", "industry", "provider", name="scopekind", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    for table, column, codes, whose, said in PLACES:
        length = 32 if codes == "industry" else 16
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.String(length=length), nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_{column}"), codes, [column], ["code"])
        op.execute(
            f"UPDATE {table} SET {column} = (SELECT {said} FROM organisation WHERE organisation.id = {table}.{whose})"
        )
    with op.batch_alter_table("service_record") as batch:
        batch.alter_column("provider_district_code", existing_type=sa.String(length=16), nullable=False)

    op.create_table(
        "metric_cell",
        sa.Column("scope_kind", SCOPE, nullable=False),
        sa.Column("scope_code", sa.String(length=32), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("span", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope_kind", "scope_code", "measure", "span", "part", name=op.f("pk_metric_cell")),
    )
    op.create_index("ix_metric_cell_ranking", "metric_cell", ["measure", "scope_kind", "span"], unique=False)
    op.create_table(
        "metric_presence",
        sa.Column("scope_kind", SCOPE, nullable=False),
        sa.Column("scope_code", sa.String(length=32), nullable=False),
        sa.Column("span", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["organisation.id"], name=op.f("fk_metric_presence_enterprise_id")),
        sa.PrimaryKeyConstraint("scope_kind", "scope_code", "span", "enterprise_id", name=op.f("pk_metric_presence")),
    )
    op.create_index(
        "ix_metric_presence_enterprise",
        "metric_presence",
        ["scope_kind", "scope_code", "enterprise_id", "span"],
        unique=False,
    )
    op.create_table(
        "metric_first",
        sa.Column("scope_kind", SCOPE, nullable=False),
        sa.Column("scope_code", sa.String(length=32), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["organisation.id"], name=op.f("fk_metric_first_enterprise_id")),
        sa.PrimaryKeyConstraint("scope_kind", "scope_code", "enterprise_id", name=op.f("pk_metric_first")),
    )
    op.create_table(
        "metric_freeze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("confirmed_by_id <> proposed_by_id", name=op.f("ck_metric_freeze_two_people")),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_metric_freeze_confirming_has_instant")
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_metric_freeze_proposed_by_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_metric_freeze_confirmed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_freeze")),
        sa.UniqueConstraint("month", name=op.f("uq_metric_freeze_month")),
    )
    op.create_table(
        "metric_frozen",
        sa.Column("freeze_id", sa.Integer(), nullable=False),
        sa.Column("scope_kind", SCOPE, nullable=False),
        sa.Column("scope_code", sa.String(length=32), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["freeze_id"], ["metric_freeze.id"], name=op.f("fk_metric_frozen_freeze_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "freeze_id", "scope_kind", "scope_code", "measure", "part", name=op.f("pk_metric_frozen")
        ),
    )
    op.create_table(
        "metric_restatement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("freeze_id", sa.Integer(), nullable=False),
        sa.Column("scope_kind", SCOPE, nullable=False),
        sa.Column("scope_code", sa.String(length=32), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("frozen_value", sa.BigInteger(), nullable=False),
        sa.Column("present_value", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_metric_restatement_has_reason")),
        sa.ForeignKeyConstraint(["freeze_id"], ["metric_freeze.id"], name=op.f("fk_metric_restatement_freeze_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_metric_restatement_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_restatement")),
    )
    op.create_index(
        "ix_metric_restatement_cell",
        "metric_restatement",
        ["freeze_id", "scope_kind", "scope_code", "measure", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_metric_restatement_cell", table_name="metric_restatement")
    op.drop_table("metric_restatement")
    op.drop_table("metric_frozen")
    op.drop_table("metric_freeze")
    op.drop_table("metric_first")
    op.drop_index("ix_metric_presence_enterprise", table_name="metric_presence")
    op.drop_table("metric_presence")
    op.drop_index("ix_metric_cell_ranking", table_name="metric_cell")
    op.drop_table("metric_cell")
    for table, column, _codes, _whose, _said in reversed(PLACES):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
            batch.drop_column(column)
