"""Give needs a life of their own, keep former texts of postings, add mandates.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

import matchmaker.db.base

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

INSTANT = matchmaker.db.base.UtcDateTime(timezone=True)

NEED_STATES = "'draft', 'submitted', 'returned', 'published', 'in_discussion', 'solved', 'closed', 'expired'"
ENDINGS = (
    "'with_provider', 'by_ourselves', 'elsewhere', 'not_needed', 'no_offer', 'too_dear', 'not_agreed', 'other', "
    "'ran_out', 'deadline_passed'"
)
OFFERING_STATES = "'draft', 'published', 'closed'"

BEFORE = {
    "need": {
        "postingstate": "state IN ('draft', 'published', 'closed')",
        "published_has_instant": "(state = 'draft') = (published_at IS NULL)",
    },
    "offering": {
        "postingstate": "state IN ('draft', 'published', 'closed')",
        "published_has_instant": "(state = 'draft') = (published_at IS NULL)",
    },
}
AFTER = {
    "need": {
        "needstate": f"state IN ({NEED_STATES})",
        "published_has_instant": "(state IN ('draft', 'submitted', 'returned')) = (published_at IS NULL)",
        "ending": f"ending IN ({ENDINGS})",
        "agent_is_a_person_of_an_organisation": "(agent_id IS NULL) = (agent_person_id IS NULL)",
    },
    "offering": {
        "offeringstate": f"state IN ({OFFERING_STATES})",
        "published_has_instant": "(state IN ('draft')) = (published_at IS NULL)",
    },
}


def check_anew(batch: BatchOperations, table: str, old: dict[str, str], new: dict[str, str]) -> None:
    """Put the checks ``new`` in the place of ``old``."""
    for name in old:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
    for name, condition in new.items():
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(condition))


def upgrade() -> None:
    with op.batch_alter_table("need") as batch:
        batch.add_column(sa.Column("agent_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("agent_person_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("submitted_at", INSTANT, nullable=True))
        batch.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        batch.add_column(sa.Column("reminded_of", sa.Date(), nullable=True))
        batch.add_column(sa.Column("ending", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("solver_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_need_agent_id"), "organisation", ["agent_id"], ["id"])
        batch.create_foreign_key(op.f("fk_need_agent_person_id"), "person", ["agent_person_id"], ["id"])
        batch.create_foreign_key(op.f("fk_need_solver_id"), "organisation", ["solver_id"], ["id"])
        batch.create_index(op.f("ix_need_agent_id"), ["agent_id"], unique=False)
        batch.create_index(op.f("ix_need_valid_until"), ["valid_until"], unique=False)
        check_anew(batch, "need", BEFORE["need"], AFTER["need"])
    with op.batch_alter_table("offering") as batch:
        check_anew(batch, "offering", BEFORE["offering"], AFTER["offering"])
    bring_up_to_date()

    for table in ("need", "offering"):
        op.create_table(
            f"{table}_former_text",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column("text", sa.JSON(), nullable=False),
            sa.Column("replaced_at", INSTANT, nullable=False),
            sa.Column("posting_id", sa.Integer(), nullable=False),
            sa.Column("person_id", sa.Integer(), nullable=True),
            sa.Column("organisation_id", sa.Integer(), nullable=True),
            sa.ForeignKeyConstraint(["posting_id"], [f"{table}.id"], name=op.f(f"fk_{table}_former_text_posting_id")),
            sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_former_text_person_id")),
            sa.ForeignKeyConstraint(
                ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_former_text_organisation_id")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}_former_text")),
            sa.UniqueConstraint("posting_id", "number", name=op.f(f"uq_{table}_former_text_posting_id_number")),
        )
    op.create_table(
        "need_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.CheckConstraint(f"to_state IN ({NEED_STATES})", name=op.f("ck_need_move_needstate")),
        sa.CheckConstraint(f"reason IN ({ENDINGS})", name=op.f("ck_need_move_ending")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_move_need_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_need_move_person_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_need_move_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_move")),
    )
    op.create_index("ix_need_move_need", "need_move", ["need_id", "id"], unique=False)
    op.create_table(
        "need_checking",
        sa.Column("district_code", sa.String(length=16), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["district_code"], ["district.code"], name=op.f("fk_need_checking_district_code")),
        sa.PrimaryKeyConstraint("district_code", name=op.f("pk_need_checking")),
    )
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_mandate_organisation_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["organisation.id"], name=op.f("fk_mandate_holder_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mandate_person_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["person.id"], name=op.f("fk_mandate_granted_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_mandate_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index("ix_mandate_holder", "mandate", ["holder_id", "ended_at"], unique=False)
    op.create_index(op.f("ix_mandate_organisation_id"), "mandate", ["organisation_id"], unique=False)


def bring_up_to_date() -> None:
    """What is published was seen when it was published, and is found for 180 days from today."""
    op.execute("UPDATE need SET submitted_at = published_at WHERE published_at IS NOT NULL")
    day = "date('now', '+180 days')" if op.get_bind().dialect.name == "sqlite" else "CURRENT_DATE + 180"
    op.execute(f"UPDATE need SET valid_until = {day} WHERE state = 'published'")
    op.execute("UPDATE need SET ending = 'other' WHERE state = 'closed'")


def downgrade() -> None:
    # The states that there were not before become the ones nearest to them.
    op.execute("UPDATE need SET state = 'draft' WHERE state IN ('submitted', 'returned')")
    op.execute("UPDATE need SET state = 'published', closed_at = NULL WHERE state = 'in_discussion'")
    op.execute("UPDATE need SET state = 'closed' WHERE state IN ('solved', 'expired')")
    op.drop_table("mandate")
    op.drop_table("need_checking")
    op.drop_table("need_move")
    op.drop_table("offering_former_text")
    op.drop_table("need_former_text")
    with op.batch_alter_table("offering") as batch:
        check_anew(batch, "offering", AFTER["offering"], BEFORE["offering"])
    with op.batch_alter_table("need") as batch:
        check_anew(batch, "need", AFTER["need"], BEFORE["need"])
        batch.drop_index(op.f("ix_need_valid_until"))
        batch.drop_index(op.f("ix_need_agent_id"))
        batch.drop_constraint(op.f("fk_need_solver_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_need_agent_person_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_need_agent_id"), type_="foreignkey")
        for column in ("solver_id", "ending", "reminded_of", "valid_until", "submitted_at", "agent_person_id", "agent_id"):
            batch.drop_column(column)
