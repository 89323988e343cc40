"""Lay down the tables of introductions.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

INSTANT = matchmaker.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table('introduction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=True),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('offering_id', sa.Integer(), nullable=True),
    sa.Column('enterprise_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('district_code', sa.String(length=16), nullable=False),
    sa.Column('opened_by_side', sa.Enum('enterprise', 'provider', name='side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('match_band', sa.Enum('strong', 'fair', 'weak', name='band', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('match_score', sa.Double(), nullable=True),
    sa.Column('match_terms', sa.JSON(), nullable=False),
    sa.Column('shares_text', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'talking', 'signed', 'failed', name='introductionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('failed_reason', sa.Enum('price', 'time', 'ability', 'confidentiality', 'no_reply', 'other', name='failurereason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('opened_at', INSTANT, nullable=False),
    sa.Column('answered_at', INSTANT, nullable=True),
    sa.Column('accepted_at', INSTANT, nullable=True),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.Column('awaits_side', sa.Enum('enterprise', 'provider', name='side', native_enum=False, length=32), nullable=True),
    sa.Column('awaits_since', INSTANT, nullable=True),
    sa.Column('reminded_at', INSTANT, nullable=True),
    sa.Column('reminders', sa.Integer(), nullable=False),
    sa.Column('began_discussion', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('change_number', sa.Integer(), server_default='0', nullable=False),
    sa.CheckConstraint("(state = 'failed') = (failed_reason IS NOT NULL)", name=op.f('ck_introduction_failure_has_reason')),
    sa.CheckConstraint("(state IN ('signed', 'failed')) = (ended_at IS NOT NULL)", name=op.f('ck_introduction_end_has_instant')),
    sa.CheckConstraint("state <> 'waiting' OR accepted_at IS NULL", name=op.f('ck_introduction_waiting_is_not_accepted')),
    sa.CheckConstraint("state NOT IN ('talking', 'signed') OR accepted_at IS NOT NULL", name=op.f('ck_introduction_talks_were_accepted')),
    sa.CheckConstraint('(awaits_side IS NULL) = (awaits_since IS NULL)', name=op.f('ck_introduction_waits_since_an_instant')),
    sa.CheckConstraint('accepted_at IS NULL OR answered_at IS NOT NULL', name=op.f('ck_introduction_accepting_is_an_answer')),
    sa.CheckConstraint('answered_at >= opened_at', name=op.f('ck_introduction_answered_after_opening')),
    sa.CheckConstraint('ended_at >= opened_at', name=op.f('ck_introduction_ended_after_opening')),
    sa.CheckConstraint('ended_at IS NULL OR awaits_side IS NULL', name=op.f('ck_introduction_the_end_awaits_nobody')),
    sa.CheckConstraint('enterprise_id <> provider_id', name=op.f('ck_introduction_two_sides')),
    sa.CheckConstraint('need_id IS NOT NULL OR offering_id IS NOT NULL', name=op.f('ck_introduction_about_something')),
    sa.CheckConstraint('(match_band IS NULL) = (match_score IS NULL)', name=op.f('ck_introduction_match_has_band_and_score')),
    sa.CheckConstraint('reminders >= 0', name=op.f('ck_introduction_reminders_not_negative')),
    sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_introduction_district_code')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['organisation.id'], name=op.f('fk_introduction_enterprise_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_introduction_need_id')),
    sa.ForeignKeyConstraint(['offering_id'], ['offering.id'], name=op.f('fk_introduction_offering_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_introduction_opened_by_id')),
    sa.ForeignKeyConstraint(['provider_id'], ['organisation.id'], name=op.f('fk_introduction_provider_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_introduction')),
    sa.UniqueConstraint('key', name=op.f('uq_introduction_key'))
    )
    op.create_index('ix_introduction_awaited', 'introduction', ['awaits_since', 'id'], unique=False)
    op.create_index(op.f('ix_introduction_change_number'), 'introduction', ['change_number'], unique=False)
    op.create_index(op.f('ix_introduction_district_code'), 'introduction', ['district_code'], unique=False)
    op.create_index('ix_introduction_enterprise', 'introduction', ['enterprise_id', 'state', 'id'], unique=False)
    op.create_index(op.f('ix_introduction_need_id'), 'introduction', ['need_id'], unique=False)
    op.create_index(op.f('ix_introduction_offering_id'), 'introduction', ['offering_id'], unique=False)
    op.create_index('ix_introduction_provider', 'introduction', ['provider_id', 'state', 'id'], unique=False)
    op.create_index('uq_introduction_open_need', 'introduction', ['need_id', 'provider_id'], unique=True, sqlite_where=sa.text("state IN ('waiting', 'talking')"), postgresql_where=sa.text("state IN ('waiting', 'talking')"))
    op.create_index('uq_introduction_open_offering', 'introduction', ['enterprise_id', 'offering_id'], unique=True, sqlite_where=sa.text("need_id IS NULL AND state IN ('waiting', 'talking')"), postgresql_where=sa.text("need_id IS NULL AND state IN ('waiting', 'talking')"))
    op.create_table('introduction_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('introduction_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['introduction_id'], ['introduction.id'], name=op.f('fk_introduction_message_introduction_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_introduction_message_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_introduction_message_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_introduction_message')),
    sa.UniqueConstraint('key', name=op.f('uq_introduction_message_key'))
    )
    op.create_index('ix_introduction_message_introduction', 'introduction_message', ['introduction_id', 'id'], unique=False)
    op.create_table('introduction_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('introduction_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=130), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_introduction_file_file_id')),
    sa.ForeignKeyConstraint(['introduction_id'], ['introduction.id'], name=op.f('fk_introduction_file_introduction_id')),
    sa.ForeignKeyConstraint(['message_id'], ['introduction_message.id'], name=op.f('fk_introduction_file_message_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_introduction_file_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_introduction_file_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_introduction_file'))
    )
    op.create_index(op.f('ix_introduction_file_introduction_id'), 'introduction_file', ['introduction_id'], unique=False)
    op.create_index(op.f('ix_introduction_file_message_id'), 'introduction_file', ['message_id'], unique=False)
    op.create_table('introduction_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('introduction_id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('from_state', sa.Enum('waiting', 'talking', 'signed', 'failed', name='introductionstate', native_enum=False, length=32), nullable=False),
    sa.Column('to_state', sa.Enum('waiting', 'talking', 'signed', 'failed', name='introductionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Enum('price', 'time', 'ability', 'confidentiality', 'no_reply', 'other', name='failurereason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['introduction_id'], ['introduction.id'], name=op.f('fk_introduction_move_introduction_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_introduction_move_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_introduction_move_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_introduction_move'))
    )
    op.create_index('ix_introduction_move_introduction', 'introduction_move', ['introduction_id', 'id'], unique=False)
    op.create_table('introduction_participant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('introduction_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('broker', 'bureau', name='participantrole', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('invited', 'accepted', 'left', name='participantstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('invited_by_id', sa.Integer(), nullable=True),
    sa.Column('invited_at', INSTANT, nullable=False),
    sa.Column('accepted_at', INSTANT, nullable=True),
    sa.Column('left_at', INSTANT, nullable=True),
    sa.CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name=op.f('ck_introduction_participant_leaving_has_instant')),
    sa.CheckConstraint("state <> 'accepted' OR person_id IS NOT NULL", name=op.f('ck_introduction_participant_whoever_accepted_is_known')),
    sa.ForeignKeyConstraint(['introduction_id'], ['introduction.id'], name=op.f('fk_introduction_participant_introduction_id')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['person.id'], name=op.f('fk_introduction_participant_invited_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_introduction_participant_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_introduction_participant_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_introduction_participant')),
    sa.UniqueConstraint('introduction_id', 'email', name=op.f('uq_introduction_participant_introduction_id_email'))
    )
    op.create_index(op.f('ix_introduction_participant_email'), 'introduction_participant', ['email'], unique=False)
    op.create_index(op.f('ix_introduction_participant_person_id'), 'introduction_participant', ['person_id'], unique=False)
    op.create_table('introduction_reading',
    sa.Column('introduction_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['introduction_id'], ['introduction.id'], name=op.f('fk_introduction_reading_introduction_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_introduction_reading_person_id')),
    sa.PrimaryKeyConstraint('introduction_id', 'person_id', name=op.f('pk_introduction_reading'))
    )
    op.create_index(op.f('ix_introduction_reading_person_id'), 'introduction_reading', ['person_id'], unique=False)
    changes = sa.table('list_change', sa.column('table_name'), sa.column('number'), sa.column('epoch'))
    op.bulk_insert(changes, [{'table_name': 'introduction', 'number': 0, 'epoch': 0}])


def downgrade() -> None:
    op.execute("DELETE FROM list_change WHERE table_name = 'introduction'")
    op.drop_index(op.f('ix_introduction_reading_person_id'), table_name='introduction_reading')
    op.drop_table('introduction_reading')
    op.drop_index(op.f('ix_introduction_participant_person_id'), table_name='introduction_participant')
    op.drop_index(op.f('ix_introduction_participant_email'), table_name='introduction_participant')
    op.drop_table('introduction_participant')
    op.drop_index('ix_introduction_move_introduction', table_name='introduction_move')
    op.drop_table('introduction_move')
    op.drop_index(op.f('ix_introduction_file_message_id'), table_name='introduction_file')
    op.drop_index(op.f('ix_introduction_file_introduction_id'), table_name='introduction_file')
    op.drop_table('introduction_file')
    op.drop_index('ix_introduction_message_introduction', table_name='introduction_message')
    op.drop_table('introduction_message')
    op.drop_index('uq_introduction_open_offering', table_name='introduction')
    op.drop_index('uq_introduction_open_need', table_name='introduction')
    op.drop_index('ix_introduction_provider', table_name='introduction')
    op.drop_index(op.f('ix_introduction_offering_id'), table_name='introduction')
    op.drop_index(op.f('ix_introduction_need_id'), table_name='introduction')
    op.drop_index('ix_introduction_enterprise', table_name='introduction')
    op.drop_index(op.f('ix_introduction_district_code'), table_name='introduction')
    op.drop_index(op.f('ix_introduction_change_number'), table_name='introduction')
    op.drop_index('ix_introduction_awaited', table_name='introduction')
    op.drop_table('introduction')
