"""Lay down the tables of redemptions and batches.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clearing_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('district_code', sa.String(length=16), nullable=False),
    sa.Column('state', sa.Enum('open', 'sealed', 'approved', 'exported', 'settled', 'partly_failed', 'dissolved', name='batchstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('opened_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('items_sha256', sa.String(length=64), nullable=True),
    sa.Column('total_fen', sa.BigInteger(), nullable=True),
    sa.Column('item_count', sa.Integer(), nullable=True),
    sa.Column('sealed_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('sealed_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('exported_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.Column('key', sa.String(length=80), nullable=True),
    sa.CheckConstraint("(state IN ('settled', 'partly_failed')) = (settled_on IS NOT NULL)", name=op.f('ck_clearing_batch_settlement_has_day')),
    sa.CheckConstraint("state IN ('open', 'dissolved') OR (items_sha256 IS NOT NULL AND total_fen > 0 AND item_count > 0 AND sealed_by_id IS NOT NULL AND sealed_at IS NOT NULL)", name=op.f('ck_clearing_batch_sealed_has_seal')),
    sa.CheckConstraint("state IN ('open', 'sealed', 'dissolved') OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)", name=op.f('ck_clearing_batch_approved_by_somebody')),
    sa.CheckConstraint("state NOT IN ('exported', 'settled', 'partly_failed') OR exported_at IS NOT NULL", name=op.f('ck_clearing_batch_export_has_time')),
    sa.CheckConstraint('approved_by_id <> sealed_by_id', name=op.f('ck_clearing_batch_two_people')),
    sa.CheckConstraint('length(items_sha256) = 64', name=op.f('ck_clearing_batch_hash_length')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_clearing_batch_approved_by_id')),
    sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_clearing_batch_district_code')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_clearing_batch_opened_by_id')),
    sa.ForeignKeyConstraint(['sealed_by_id'], ['person.id'], name=op.f('fk_clearing_batch_sealed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clearing_batch')),
    sa.UniqueConstraint('key', name=op.f('uq_clearing_batch_key'))
    )
    with op.batch_alter_table('clearing_batch', schema=None) as batch_op:
        batch_op.create_index('ix_clearing_batch_listed', ['district_code', 'state', 'id'], unique=False)
        batch_op.create_index('uq_clearing_batch_open', ['district_code'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('clearing_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('step', sa.String(length=32), nullable=False),
    sa.Column('from_state', sa.Enum('open', 'sealed', 'approved', 'exported', 'settled', 'partly_failed', 'dissolved', name='batchstate', native_enum=False, length=32), nullable=True),
    sa.Column('to_state', sa.Enum('open', 'sealed', 'approved', 'exported', 'settled', 'partly_failed', 'dissolved', name='batchstate', native_enum=False, length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['clearing_batch.id'], name=op.f('fk_clearing_move_batch_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_clearing_move_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_clearing_move_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clearing_move'))
    )
    with op.batch_alter_table('clearing_move', schema=None) as batch_op:
        batch_op.create_index('ix_clearing_move_batch', ['batch_id', 'id'], unique=False)

    op.create_table('redemption',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('use_id', sa.Integer(), nullable=False),
    sa.Column('voucher_id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('scheme_id', sa.Integer(), nullable=False),
    sa.Column('enterprise_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('district_code', sa.String(length=16), nullable=False),
    sa.Column('state', sa.Enum('draft', 'filed', 'returned', 'reviewed', 'approved', 'public', 'payable', 'batched', 'paid', 'failed', 'rejected', 'withdrawn', 'clawed_back', name='redemptionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('claimed_fen', sa.BigInteger(), nullable=False),
    sa.Column('approved_fen', sa.BigInteger(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('payee', sa.Enum('enterprise', 'institution', name='payee', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('payee_id', sa.Integer(), nullable=False),
    sa.Column('payee_name', sa.String(length=120), nullable=False),
    sa.Column('payee_bank', sa.String(length=120), nullable=False),
    sa.Column('payee_account', sa.String(length=40), nullable=False),
    sa.Column('created_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('filed_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('filed_by_id', sa.Integer(), nullable=True),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('first_reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_from', sa.Date(), nullable=True),
    sa.Column('public_until', sa.Date(), nullable=True),
    sa.Column('noticed_fen', sa.BigInteger(), nullable=True),
    sa.Column('payable_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('recall_by_id', sa.Integer(), nullable=True),
    sa.Column('recall_reason', sa.Text(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=True),
    sa.CheckConstraint("(state IN ('paid', 'clawed_back')) = (paid_on IS NOT NULL)", name=op.f('ck_redemption_paid_has_day')),
    sa.CheckConstraint("recall_by_id IS NULL OR recall_reason <> ''", name=op.f('ck_redemption_recall_has_reason')),
    sa.CheckConstraint("state <> 'public' OR public_until IS NOT NULL", name=op.f('ck_redemption_notice_has_days')),
    sa.CheckConstraint("state <> 'reviewed' OR first_reviewed_by_id IS NOT NULL", name=op.f('ck_redemption_reviewed_by_somebody')),
    sa.CheckConstraint("state IN ('draft', 'withdrawn') OR filed_at IS NOT NULL", name=op.f('ck_redemption_filed_has_instant')),
    sa.CheckConstraint("state NOT IN ('approved', 'public', 'payable', 'batched', 'paid', 'clawed_back') OR (approved_fen IS NOT NULL AND first_reviewed_by_id IS NOT NULL AND approved_by_id IS NOT NULL)", name=op.f('ck_redemption_approved_by_two')),
    sa.CheckConstraint('(filed_at IS NULL) = (filed_by_id IS NULL)', name=op.f('ck_redemption_filed_by_somebody')),
    sa.CheckConstraint('(public_from IS NULL) = (public_until IS NULL)', name=op.f('ck_redemption_notice_has_both_days')),
    sa.CheckConstraint('approved_by_id <> filed_by_id', name=op.f('ck_redemption_applicant_does_not_approve')),
    sa.CheckConstraint('approved_by_id <> first_reviewed_by_id', name=op.f('ck_redemption_two_reviewers')),
    sa.CheckConstraint('approved_fen BETWEEN 1 AND claimed_fen', name=op.f('ck_redemption_approved_within_claim')),
    sa.CheckConstraint('claimed_fen > 0', name=op.f('ck_redemption_claimed_positive')),
    sa.CheckConstraint('first_reviewed_by_id <> filed_by_id', name=op.f('ck_redemption_applicant_does_not_review')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_redemption_approved_by_id')),
    sa.ForeignKeyConstraint(['assignee_id'], ['person.id'], name=op.f('fk_redemption_assignee_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_redemption_contract_id')),
    sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_redemption_district_code')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['organisation.id'], name=op.f('fk_redemption_enterprise_id')),
    sa.ForeignKeyConstraint(['filed_by_id'], ['person.id'], name=op.f('fk_redemption_filed_by_id')),
    sa.ForeignKeyConstraint(['first_reviewed_by_id'], ['person.id'], name=op.f('fk_redemption_first_reviewed_by_id')),
    sa.ForeignKeyConstraint(['payee_id'], ['organisation.id'], name=op.f('fk_redemption_payee_id')),
    sa.ForeignKeyConstraint(['provider_id'], ['organisation.id'], name=op.f('fk_redemption_provider_id')),
    sa.ForeignKeyConstraint(['recall_by_id'], ['person.id'], name=op.f('fk_redemption_recall_by_id')),
    sa.ForeignKeyConstraint(['scheme_id'], ['scheme.id'], name=op.f('fk_redemption_scheme_id')),
    sa.ForeignKeyConstraint(['use_id'], ['voucher_use.id'], name=op.f('fk_redemption_use_id')),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_redemption_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption')),
    sa.UniqueConstraint('key', name=op.f('uq_redemption_key'))
    )
    with op.batch_alter_table('redemption', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_redemption_assignee_id'), ['assignee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_contract_id'), ['contract_id'], unique=False)
        batch_op.create_index('ix_redemption_enterprise', ['enterprise_id', 'id'], unique=False)
        batch_op.create_index('ix_redemption_notice', ['state', 'public_until', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_payee_id'), ['payee_id'], unique=False)
        batch_op.create_index('ix_redemption_provider', ['provider_id', 'id'], unique=False)
        batch_op.create_index('ix_redemption_queue', ['state', 'district_code', 'filed_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_scheme_id'), ['scheme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_use_id'), ['use_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_voucher_id'), ['voucher_id'], unique=False)
        batch_op.create_index('uq_redemption_use_alive', ['use_id'], unique=True, sqlite_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'clawed_back')"), postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'clawed_back')"))

    op.create_table('clearing_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('redemption_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('outcome', sa.Enum('pending', 'paid', 'failed', 'taken_out', name='outcome', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.CheckConstraint("(outcome = 'failed') = (reason <> '')", name=op.f('ck_clearing_item_failure_has_reason')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_clearing_item_amount_positive')),
    sa.ForeignKeyConstraint(['batch_id'], ['clearing_batch.id'], name=op.f('fk_clearing_item_batch_id')),
    sa.ForeignKeyConstraint(['redemption_id'], ['redemption.id'], name=op.f('fk_clearing_item_redemption_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clearing_item'))
    )
    with op.batch_alter_table('clearing_item', schema=None) as batch_op:
        batch_op.create_index('ix_clearing_item_batch', ['batch_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clearing_item_redemption_id'), ['redemption_id'], unique=False)
        batch_op.create_index('uq_clearing_item_live', ['redemption_id'], unique=True, sqlite_where=sa.text("outcome IN ('pending', 'paid')"), postgresql_where=sa.text("outcome IN ('pending', 'paid')"))

    op.create_table('redemption_evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('redemption_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('contract', 'invoice', 'bank_slip', 'result', 'other', name='evidencekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('invoice_code', sa.String(length=20), nullable=False),
    sa.Column('invoice_number', sa.String(length=20), nullable=False),
    sa.Column('invoice_key', sa.String(length=40), nullable=True),
    sa.Column('held_key', sa.String(length=40), nullable=True),
    sa.Column('invoice_amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('sent_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind = 'invoice' OR invoice_amount_fen IS NULL", name=op.f('ck_redemption_evidence_invoices_have_amounts')),
    sa.CheckConstraint("kind = 'invoice' OR invoice_key IS NULL", name=op.f('ck_redemption_evidence_invoices_have_numbers')),
    sa.CheckConstraint('held_key IS NULL OR held_key = invoice_key', name=op.f('ck_redemption_evidence_held_is_its_own')),
    sa.CheckConstraint('invoice_amount_fen > 0', name=op.f('ck_redemption_evidence_invoice_amount_positive')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_redemption_evidence_file_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_redemption_evidence_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_redemption_evidence_person_id')),
    sa.ForeignKeyConstraint(['redemption_id'], ['redemption.id'], name=op.f('fk_redemption_evidence_redemption_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption_evidence')),
    sa.UniqueConstraint('held_key', name=op.f('uq_redemption_evidence_held_key'))
    )
    with op.batch_alter_table('redemption_evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_redemption_evidence_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_evidence_invoice_key'), ['invoice_key'], unique=False)
        batch_op.create_index('ix_redemption_evidence_redemption', ['redemption_id', 'id'], unique=False)

    op.create_table('redemption_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('redemption_id', sa.Integer(), nullable=False),
    sa.Column('at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('step', sa.String(length=32), nullable=False),
    sa.Column('from_state', sa.Enum('draft', 'filed', 'returned', 'reviewed', 'approved', 'public', 'payable', 'batched', 'paid', 'failed', 'rejected', 'withdrawn', 'clawed_back', name='redemptionstate', native_enum=False, length=32), nullable=True),
    sa.Column('to_state', sa.Enum('draft', 'filed', 'returned', 'reviewed', 'approved', 'public', 'payable', 'batched', 'paid', 'failed', 'rejected', 'withdrawn', 'clawed_back', name='redemptionstate', native_enum=False, length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('scheme_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('comments', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_redemption_move_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_redemption_move_person_id')),
    sa.ForeignKeyConstraint(['redemption_id'], ['redemption.id'], name=op.f('fk_redemption_move_redemption_id')),
    sa.ForeignKeyConstraint(['scheme_id'], ['scheme.id'], name=op.f('fk_redemption_move_scheme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption_move'))
    )
    with op.batch_alter_table('redemption_move', schema=None) as batch_op:
        batch_op.create_index('ix_redemption_move_person', ['person_id', 'redemption_id'], unique=False)
        batch_op.create_index('ix_redemption_move_redemption', ['redemption_id', 'id'], unique=False)

    op.create_table('redemption_objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('redemption_id', sa.Integer(), nullable=False),
    sa.Column('at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('answered_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('is_upheld', sa.Boolean(), nullable=True),
    sa.CheckConstraint("answered_at IS NULL OR answer <> ''", name=op.f('ck_redemption_objection_answer_has_words')),
    sa.CheckConstraint('(answered_at IS NULL) = (is_upheld IS NULL)', name=op.f('ck_redemption_objection_answer_is_yes_or_no')),
    sa.CheckConstraint('answered_by_id <> person_id', name=op.f('ck_redemption_objection_answered_by_somebody_else')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_redemption_objection_answered_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_redemption_objection_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_redemption_objection_person_id')),
    sa.ForeignKeyConstraint(['redemption_id'], ['redemption.id'], name=op.f('fk_redemption_objection_redemption_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption_objection'))
    )
    with op.batch_alter_table('redemption_objection', schema=None) as batch_op:
        batch_op.create_index('ix_redemption_objection_open', ['redemption_id'], unique=False, sqlite_where=sa.text('answered_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL'))
        batch_op.create_index('ix_redemption_objection_redemption', ['redemption_id', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('redemption_objection', schema=None) as batch_op:
        batch_op.drop_index('ix_redemption_objection_redemption')
        batch_op.drop_index('ix_redemption_objection_open', sqlite_where=sa.text('answered_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL'))

    op.drop_table('redemption_objection')
    with op.batch_alter_table('redemption_move', schema=None) as batch_op:
        batch_op.drop_index('ix_redemption_move_redemption')
        batch_op.drop_index('ix_redemption_move_person')

    op.drop_table('redemption_move')
    with op.batch_alter_table('redemption_evidence', schema=None) as batch_op:
        batch_op.drop_index('ix_redemption_evidence_redemption')
        batch_op.drop_index(batch_op.f('ix_redemption_evidence_invoice_key'))
        batch_op.drop_index(batch_op.f('ix_redemption_evidence_file_id'))

    op.drop_table('redemption_evidence')
    with op.batch_alter_table('clearing_item', schema=None) as batch_op:
        batch_op.drop_index('uq_clearing_item_live', sqlite_where=sa.text("outcome IN ('pending', 'paid')"), postgresql_where=sa.text("outcome IN ('pending', 'paid')"))
        batch_op.drop_index(batch_op.f('ix_clearing_item_redemption_id'))
        batch_op.drop_index('ix_clearing_item_batch')

    op.drop_table('clearing_item')
    with op.batch_alter_table('redemption', schema=None) as batch_op:
        batch_op.drop_index('uq_redemption_use_alive', sqlite_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'clawed_back')"), postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'clawed_back')"))
        batch_op.drop_index(batch_op.f('ix_redemption_voucher_id'))
        batch_op.drop_index(batch_op.f('ix_redemption_use_id'))
        batch_op.drop_index(batch_op.f('ix_redemption_scheme_id'))
        batch_op.drop_index('ix_redemption_queue')
        batch_op.drop_index('ix_redemption_provider')
        batch_op.drop_index(batch_op.f('ix_redemption_payee_id'))
        batch_op.drop_index('ix_redemption_notice')
        batch_op.drop_index('ix_redemption_enterprise')
        batch_op.drop_index(batch_op.f('ix_redemption_contract_id'))
        batch_op.drop_index(batch_op.f('ix_redemption_assignee_id'))

    op.drop_table('redemption')
    with op.batch_alter_table('clearing_move', schema=None) as batch_op:
        batch_op.drop_index('ix_clearing_move_batch')

    op.drop_table('clearing_move')
    with op.batch_alter_table('clearing_batch', schema=None) as batch_op:
        batch_op.drop_index('uq_clearing_batch_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('ix_clearing_batch_listed')

    op.drop_table('clearing_batch')
