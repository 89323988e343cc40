"""Give offerings regions, days, pauses, confirmation, and the fields of each kind.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from matchmaker.catalogue.offerings.hours import open_days
from matchmaker.db.base import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def _states(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=False, length=32)


ENUMS = {
    'reach': ('districts', 'city', 'beyond'),
    'ip_status': ('granted', 'applied', 'software', 'know_how', 'none'),
    'transfer_mode': ('assignment', 'exclusive_licence', 'licence', 'equity', 'joint', 'open'),
}
#: The names under which SQLAlchemy keeps the CHECKs of the enumerations.
CHECKS = {
    'reach': 'reach', 'ip_status': 'ipstatus', 'transfer_mode': 'transfermode',
}
CONDITIONS = {
    'validity': 'valid_until >= valid_from',
    'paused_while_published': "paused_at IS NULL OR state = 'published'",
    'sunk_after_asked': 'asked_at IS NOT NULL OR NOT is_sunk',
    'team_size_positive': 'team_size > 0',
}
#: Columns that need a value in rows that exist already.
FILLED = {
    'reach': "'city'", 'is_sunk': 'false', 'confirmed_at': 'updated_at', 'maker': "''", 'location': "''",
    'booking_contact': "''", 'booking_note': "''", 'open_days': '0', 'team_field': "''", 'team_lead': "''",
    'achievements': "''", 'cooperation': "'[]'", 'patents': "'[]'",
}


def _columns() -> list[sa.Column[object]]:
    line = sa.String(length=255)
    return [
        sa.Column('reference', sa.String(length=40)),
        sa.Column('reach', _states(*ENUMS['reach'], name='reach')),
        sa.Column('valid_from', sa.Date()),
        sa.Column('paused_at', UtcDateTime(timezone=True)),
        sa.Column('confirmed_at', UtcDateTime(timezone=True)),
        sa.Column('asked_at', UtcDateTime(timezone=True)),
        sa.Column('is_sunk', sa.Boolean()),
        sa.Column('maker', line),
        sa.Column('made_in', sa.Integer()),
        sa.Column('location', line),
        sa.Column('booking_contact', line),
        sa.Column('booking_note', line),
        sa.Column('open_days', sa.Integer()),
        sa.Column('team_field', line),
        sa.Column('team_lead', line),
        sa.Column('team_size', sa.Integer()),
        sa.Column('achievements', sa.Text()),
        sa.Column('cooperation', sa.JSON()),
        sa.Column('ip_status', _states(*ENUMS['ip_status'], name='ipstatus')),
        sa.Column('patents', sa.JSON()),
        sa.Column('transfer_mode', _states(*ENUMS['transfer_mode'], name='transfermode')),
    ]


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    columns = _columns()
    with op.batch_alter_table('offering') as batch:
        for column in columns:
            batch.add_column(column)
    op.execute('UPDATE offering SET ' + ', '.join(f'{name} = {value}' for name, value in FILLED.items()))
    _read_hours()
    with op.batch_alter_table('offering') as batch:
        for column in columns:
            if column.name in FILLED:
                batch.alter_column(column.name, existing_type=column.type, nullable=False)
        for name, condition in CONDITIONS.items():
            batch.create_check_constraint(op.f(f'ck_offering_{name}'), condition)
        for name, values in ENUMS.items():
            batch.create_check_constraint(op.f(f'ck_offering_{CHECKS[name]}'), _in(name, values))
        batch.create_index('uq_offering_reference', ['organisation_id', 'reference'], unique=True)
        batch.create_index('ix_offering_sinking', ['state', 'is_sunk', 'published_at', 'id'])
        batch.create_index('ix_offering_confirmed', ['state', 'confirmed_at'])
    op.create_table(
        'offering_district',
        sa.Column('offering_id', sa.Integer(), nullable=False),
        sa.Column('district_code', sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_offering_district_district_code')),
        sa.ForeignKeyConstraint(
            ['offering_id'], ['offering.id'], name=op.f('fk_offering_district_offering_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('offering_id', 'district_code', name=op.f('pk_offering_district')),
    )
    with op.batch_alter_table('offering_district') as batch:
        batch.create_index(batch.f('ix_offering_district_district_code'), ['district_code'])
    op.create_table(
        'offering_upload',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('file_name', sa.String(length=255), nullable=False),
        sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
        sa.Column('kept_at', UtcDateTime(timezone=True), nullable=True),
        sa.Column('headings', sa.JSON(), nullable=False),
        sa.Column('rows', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['organisation_id'], ['organisation.id'], name=op.f('fk_offering_upload_organisation_id')
        ),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_offering_upload_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_offering_upload')),
    )
    with op.batch_alter_table('offering_upload') as batch:
        batch.create_index(batch.f('ix_offering_upload_organisation_id'), ['organisation_id'])
        batch.create_index(batch.f('ix_offering_upload_created_at'), ['created_at'])


def _read_hours() -> None:
    """Keep the days of the hours that can be read."""
    connection = op.get_bind()
    for text in connection.execute(sa.text("SELECT DISTINCT bookable_hours FROM offering WHERE bookable_hours <> ''")).scalars().all():
        connection.execute(
            sa.text('UPDATE offering SET open_days = :days WHERE bookable_hours = :text'),
            {'days': open_days(text), 'text': text},
        )


def downgrade() -> None:
    op.drop_table('offering_upload')
    op.drop_table('offering_district')
    with op.batch_alter_table('offering') as batch:
        for name in ('uq_offering_reference', 'ix_offering_sinking', 'ix_offering_confirmed'):
            batch.drop_index(name)
        for name in (*CONDITIONS, *CHECKS.values()):
            batch.drop_constraint(op.f(f'ck_offering_{name}'), type_='check')
    with op.batch_alter_table('offering') as batch:
        for column in _columns():
            batch.drop_column(column.name)
