"""Lay down the tables of contracts.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

INSTANT = matchmaker.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table('service_upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('kept_at', INSTANT, nullable=True),
    sa.Column('headings', sa.JSON(), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_service_upload_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_service_upload_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_upload'))
    )
    with op.batch_alter_table('service_upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_upload_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_upload_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('contract',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=True),
    sa.Column('introduction_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.Enum('match', 'off_platform', name='contractsource', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('enterprise_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('district_code', sa.String(length=16), nullable=False),
    sa.Column('industry_code', sa.String(length=32), nullable=True),
    sa.Column('written_by_side', sa.Enum('enterprise', 'provider', name='side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('draft', 'signed', 'completed', 'terminated', name='contractstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('development', 'transfer', 'licence', 'consulting', 'service', name='contractkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('mode', sa.Enum('commissioned', 'joint', name='developmentmode', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('category_code', sa.String(length=32), nullable=False),
    sa.Column('contract_amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('technology_amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('registration_number', sa.String(length=20), nullable=True),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('written_at', INSTANT, nullable=False),
    sa.Column('shared_at', INSTANT, nullable=True),
    sa.Column('confirmed_by_enterprise_at', INSTANT, nullable=True),
    sa.Column('confirmed_by_provider_at', INSTANT, nullable=True),
    sa.Column('signed_at', INSTANT, nullable=True),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('change_number', sa.Integer(), server_default='0', nullable=False),
    sa.CheckConstraint("(kind = 'development') = (mode IS NOT NULL)", name=op.f('ck_contract_development_has_mode')),
    sa.CheckConstraint("(source = 'match') = (introduction_id IS NOT NULL)", name=op.f('ck_contract_match_has_introduction')),
    sa.CheckConstraint("(state = 'draft') = (signed_at IS NULL)", name=op.f('ck_contract_signing_has_instant')),
    sa.CheckConstraint("(state IN ('completed', 'terminated')) = (ended_at IS NOT NULL)", name=op.f('ck_contract_end_has_instant')),
    sa.CheckConstraint("state = 'draft' OR (confirmed_by_enterprise_at IS NOT NULL AND confirmed_by_provider_at IS NOT NULL)", name=op.f('ck_contract_both_sides_confirmed')),
    sa.CheckConstraint('(registration_number IS NULL) = (registered_on IS NULL)', name=op.f('ck_contract_registration_has_day')),
    sa.CheckConstraint('contract_amount_fen > 0', name=op.f('ck_contract_amount_positive')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_contract_ends_after_start')),
    sa.CheckConstraint('enterprise_id <> provider_id', name=op.f('ck_contract_two_sides')),
    sa.CheckConstraint('shared_at IS NOT NULL OR (confirmed_by_enterprise_at IS NULL AND confirmed_by_provider_at IS NULL)', name=op.f('ck_contract_confirmed_is_shared')),
    sa.CheckConstraint('technology_amount_fen BETWEEN 0 AND contract_amount_fen', name=op.f('ck_contract_technology_within_contract_amount')),
    sa.ForeignKeyConstraint(['category_code'], ['service_category.code'], name=op.f('fk_contract_category_code')),
    sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_contract_district_code')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['organisation.id'], name=op.f('fk_contract_enterprise_id')),
    sa.ForeignKeyConstraint(['industry_code'], ['industry.code'], name=op.f('fk_contract_industry_code')),
    sa.ForeignKeyConstraint(['introduction_id'], ['introduction.id'], name=op.f('fk_contract_introduction_id')),
    sa.ForeignKeyConstraint(['provider_id'], ['organisation.id'], name=op.f('fk_contract_provider_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract')),
    sa.UniqueConstraint('introduction_id', name=op.f('uq_contract_introduction_id')),
    sa.UniqueConstraint('key', name=op.f('uq_contract_key')),
    sa.UniqueConstraint('registration_number', name=op.f('uq_contract_registration_number'))
    )
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_category_code'), ['category_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_contract_change_number'), ['change_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_contract_district_code'), ['district_code'], unique=False)
        batch_op.create_index('ix_contract_enterprise', ['enterprise_id', 'state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contract_industry_code'), ['industry_code'], unique=False)
        batch_op.create_index('ix_contract_provider', ['provider_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_contract_signed_on', ['signed_on', 'id'], unique=False)

    op.create_table('contract_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_file_contract_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_contract_file_file_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_contract_file_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contract_file_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_file'))
    )
    with op.batch_alter_table('contract_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_file_contract_id'), ['contract_id'], unique=False)

    op.create_table('contract_former_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.JSON(), nullable=False),
    sa.Column('replaced_at', INSTANT, nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_former_text_contract_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_contract_former_text_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contract_former_text_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_former_text')),
    sa.UniqueConstraint('contract_id', 'number', name=op.f('uq_contract_former_text_contract_id_number'))
    )
    op.create_table('contract_milestone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_contract_milestone_amount_not_negative')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_milestone_contract_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_milestone'))
    )
    with op.batch_alter_table('contract_milestone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_milestone_contract_id'), ['contract_id'], unique=False)

    op.create_table('contract_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('from_state', sa.Enum('draft', 'signed', 'completed', 'terminated', name='contractstate', native_enum=False, length=32), nullable=True),
    sa.Column('to_state', sa.Enum('draft', 'signed', 'completed', 'terminated', name='contractstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_move_contract_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_contract_move_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contract_move_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_move'))
    )
    with op.batch_alter_table('contract_move', schema=None) as batch_op:
        batch_op.create_index('ix_contract_move_contract', ['contract_id', 'id'], unique=False)

    op.create_table('contract_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('correction', 'completion', 'termination', name='proposalkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('open', 'accepted', 'refused', 'withdrawn', name='proposalstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('by_side', sa.Enum('enterprise', 'provider', name='side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('proposed_at', INSTANT, nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', INSTANT, nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.CheckConstraint("(kind = 'correction') = (text IS NOT NULL)", name=op.f('ck_contract_proposal_correction_has_text')),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f('ck_contract_proposal_decision_has_instant')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_proposal_contract_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_contract_proposal_decided_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_contract_proposal_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contract_proposal_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_proposal'))
    )
    with op.batch_alter_table('contract_proposal', schema=None) as batch_op:
        batch_op.create_index('ix_contract_proposal_contract', ['contract_id', 'id'], unique=False)
        batch_op.create_index('uq_contract_proposal_open', ['contract_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('service_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=True),
    sa.Column('enterprise_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=True),
    sa.Column('introduction_id', sa.Integer(), nullable=True),
    sa.Column('offering_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.Enum('match', 'off_platform', name='contractsource', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('district_code', sa.String(length=16), nullable=False),
    sa.Column('industry_code', sa.String(length=32), nullable=True),
    sa.Column('category_code', sa.String(length=32), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=True),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('served_on', sa.Date(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_by', sa.Enum('enterprise', 'voucher', 'complex', 'government', 'free', name='paidby', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('with_voucher', sa.Boolean(), nullable=False),
    sa.Column('instrument_minutes', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('recorded', 'confirmed', 'disputed', 'superseded', 'withdrawn', name='servicestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', INSTANT, nullable=True),
    sa.Column('supersedes_id', sa.Integer(), nullable=True),
    sa.Column('satisfaction', sa.Integer(), nullable=True),
    sa.Column('effect', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('change_number', sa.Integer(), server_default='0', nullable=False),
    sa.CheckConstraint("(paid_by = 'free') = (amount_fen = 0)", name=op.f('ck_service_record_free_costs_nothing')),
    sa.CheckConstraint("(source = 'match') = (introduction_id IS NOT NULL)", name=op.f('ck_service_record_match_has_introduction')),
    sa.CheckConstraint("paid_by <> 'voucher' OR with_voucher", name=op.f('ck_service_record_paid_by_voucher_is_with_voucher')),
    sa.CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name=op.f('ck_service_record_confirming_has_instant')),
    sa.CheckConstraint("state <> 'recorded' OR confirmed_at IS NULL", name=op.f('ck_service_record_recorded_is_not_confirmed')),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_service_record_amount_not_negative')),
    sa.CheckConstraint('confirmed_at IS NOT NULL OR (satisfaction IS NULL AND effect IS NULL)', name=op.f('ck_service_record_rated_when_confirmed')),
    sa.CheckConstraint('effect BETWEEN 1 AND 5', name=op.f('ck_service_record_effect_1_to_5')),
    sa.CheckConstraint('enterprise_id <> provider_id', name=op.f('ck_service_record_two_sides')),
    sa.CheckConstraint('instrument_minutes > 0', name=op.f('ck_service_record_instrument_minutes_positive')),
    sa.CheckConstraint('satisfaction BETWEEN 1 AND 5', name=op.f('ck_service_record_satisfaction_1_to_5')),
    sa.ForeignKeyConstraint(['category_code'], ['service_category.code'], name=op.f('fk_service_record_category_code')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_service_record_contract_id')),
    sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_service_record_district_code')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['organisation.id'], name=op.f('fk_service_record_enterprise_id')),
    sa.ForeignKeyConstraint(['industry_code'], ['industry.code'], name=op.f('fk_service_record_industry_code')),
    sa.ForeignKeyConstraint(['introduction_id'], ['introduction.id'], name=op.f('fk_service_record_introduction_id')),
    sa.ForeignKeyConstraint(['offering_id'], ['offering.id'], name=op.f('fk_service_record_offering_id')),
    sa.ForeignKeyConstraint(['provider_id'], ['organisation.id'], name=op.f('fk_service_record_provider_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_service_record_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['service_record.id'], name=op.f('fk_service_record_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_record')),
    sa.UniqueConstraint('key', name=op.f('uq_service_record_key')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_service_record_supersedes_id'))
    )
    with op.batch_alter_table('service_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_record_category_code'), ['category_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_change_number'), ['change_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_contract_id'), ['contract_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_district_code'), ['district_code'], unique=False)
        batch_op.create_index('ix_service_record_enterprise', ['enterprise_id', 'state', 'served_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_industry_code'), ['industry_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_introduction_id'), ['introduction_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_offering_id'), ['offering_id'], unique=False)
        batch_op.create_index('ix_service_record_provider', ['provider_id', 'state', 'served_on', 'id'], unique=False)
        batch_op.create_index('ix_service_record_served_on', ['served_on', 'id'], unique=False)
        batch_op.create_index('uq_service_record_reference', ['provider_id', 'reference'], unique=True, sqlite_where=sa.text("state IN ('recorded', 'confirmed', 'disputed')"), postgresql_where=sa.text("state IN ('recorded', 'confirmed', 'disputed')"))

    op.create_table('service_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('from_state', sa.Enum('recorded', 'confirmed', 'disputed', 'superseded', 'withdrawn', name='servicestate', native_enum=False, length=32), nullable=True),
    sa.Column('to_state', sa.Enum('recorded', 'confirmed', 'disputed', 'superseded', 'withdrawn', name='servicestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_service_move_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_service_move_person_id')),
    sa.ForeignKeyConstraint(['record_id'], ['service_record.id'], name=op.f('fk_service_move_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_move'))
    )
    with op.batch_alter_table('service_move', schema=None) as batch_op:
        batch_op.create_index('ix_service_move_record', ['record_id', 'id'], unique=False)

    changes = sa.table('list_change', sa.column('table_name'), sa.column('number'), sa.column('epoch'))
    op.bulk_insert(changes, [
        {'table_name': 'contract', 'number': 0, 'epoch': 0},
        {'table_name': 'service_record', 'number': 0, 'epoch': 0},
    ])


def downgrade() -> None:
    op.execute("DELETE FROM list_change WHERE table_name IN ('contract', 'service_record')")
    with op.batch_alter_table('service_move', schema=None) as batch_op:
        batch_op.drop_index('ix_service_move_record')

    op.drop_table('service_move')
    with op.batch_alter_table('service_record', schema=None) as batch_op:
        batch_op.drop_index('uq_service_record_reference', sqlite_where=sa.text("state IN ('recorded', 'confirmed', 'disputed')"), postgresql_where=sa.text("state IN ('recorded', 'confirmed', 'disputed')"))
        batch_op.drop_index('ix_service_record_served_on')
        batch_op.drop_index('ix_service_record_provider')
        batch_op.drop_index(batch_op.f('ix_service_record_offering_id'))
        batch_op.drop_index(batch_op.f('ix_service_record_introduction_id'))
        batch_op.drop_index(batch_op.f('ix_service_record_industry_code'))
        batch_op.drop_index('ix_service_record_enterprise')
        batch_op.drop_index(batch_op.f('ix_service_record_district_code'))
        batch_op.drop_index(batch_op.f('ix_service_record_contract_id'))
        batch_op.drop_index(batch_op.f('ix_service_record_change_number'))
        batch_op.drop_index(batch_op.f('ix_service_record_category_code'))

    op.drop_table('service_record')
    with op.batch_alter_table('contract_proposal', schema=None) as batch_op:
        batch_op.drop_index('uq_contract_proposal_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('ix_contract_proposal_contract')

    op.drop_table('contract_proposal')
    with op.batch_alter_table('contract_move', schema=None) as batch_op:
        batch_op.drop_index('ix_contract_move_contract')

    op.drop_table('contract_move')
    with op.batch_alter_table('contract_milestone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_milestone_contract_id'))

    op.drop_table('contract_milestone')
    op.drop_table('contract_former_text')
    with op.batch_alter_table('contract_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_file_contract_id'))

    op.drop_table('contract_file')
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_index('ix_contract_signed_on')
        batch_op.drop_index('ix_contract_provider')
        batch_op.drop_index(batch_op.f('ix_contract_industry_code'))
        batch_op.drop_index('ix_contract_enterprise')
        batch_op.drop_index(batch_op.f('ix_contract_district_code'))
        batch_op.drop_index(batch_op.f('ix_contract_change_number'))
        batch_op.drop_index(batch_op.f('ix_contract_category_code'))

    op.drop_table('contract')
    with op.batch_alter_table('service_upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_upload_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_service_upload_created_at'))

    op.drop_table('service_upload')
