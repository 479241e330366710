"""holders of keys, two envelopes

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

# Columns whose values PostgreSQL must not copy into its statistics, where they would outlive their rows.
UNSAMPLED = {
    'envelope': ('key', 'sealed'),
    'spent_number': ('mark',),
    'code': ('hash', 'spent'),
    'response': ('key', 'codes', 'source', 'stratum', 'agency', 'flags'),
}

TYPE = sa.text(
    'SELECT format_type(atttypid, atttypmod) FROM pg_attribute '
    'WHERE attrelid = CAST(:table AS regclass) AND attname = :column'
)


def upgrade() -> None:
    op.create_table('holder',
    sa.Column('fingerprint', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('identity', sa.LargeBinary(), nullable=False),
    sa.Column('seal', sa.LargeBinary(), nullable=False),
    sa.Column('added_on', sa.Date(), nullable=False),
    sa.CheckConstraint("role IN ('operator', 'second')", name=op.f('ck_holder_role')),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_holder')),
    sa.UniqueConstraint('name', name=op.f('uq_holder_name'))
    )
    op.create_table('holder_key',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('fingerprint', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.Column('box_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
    sa.ForeignKeyConstraint(['fingerprint'], ['holder.fingerprint'], name=op.f('fk_holder_key_fingerprint_holder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holder_key'))
    )
    op.create_index(op.f('ix_holder_key_fingerprint'), 'holder_key', ['fingerprint'], unique=False)
    for name in ('second_key', 'signatures', 'seal'):
        op.add_column('box', sa.Column(name, sa.LargeBinary(), nullable=True))
    for name in ('operator_holder', 'second_holder'):
        kind = sqlmodel.sql.sqltypes.AutoString(length=32)
        op.add_column('wave', sa.Column(name, kind, server_default='', nullable=False))
    op.add_column('code', sa.Column('counted', sa.Boolean(), server_default=sa.false(), nullable=False))
    set_statistics(0)


def downgrade() -> None:
    set_statistics(-1)
    op.drop_column('code', 'counted')
    for name in ('second_holder', 'operator_holder'):
        op.drop_column('wave', name)
    for name in ('seal', 'signatures', 'second_key'):
        op.drop_column('box', name)
    op.drop_table('holder_key')
    op.drop_table('holder')


def set_statistics(target: int) -> None:
    """Sample these columns no more, and drop what was sampled: setting a column's own type again does that."""
    bind = op.get_bind()
    if bind.dialect.name != 'postgresql':
        return
    for table, columns in UNSAMPLED.items():
        for column in columns:
            kind = bind.execute(TYPE, {'table': table, 'column': column}).scalar_one()
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}')
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}')
