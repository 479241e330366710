"""blind-signed tokens for one-time codes

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

# Columns whose values PostgreSQL must not copy into its statistics, where they would outlive their rows.
UNSAMPLED = {'token_secret': ('wrapped',), 'token_request': ('code', 'digest'), 'counted_token': ('mark',)}


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table('token_key',
    sa.Column('id', text(length=32), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('source', text(length=40), nullable=False),
    sa.Column('stratum', text(length=40), nullable=False),
    sa.Column('agency', text(length=80), nullable=False),
    sa.Column('modulus', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_token_key_wave_id_wave')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token_key'))
    )
    op.create_index(op.f('ix_token_key_wave_id'), 'token_key', ['wave_id'], unique=False)
    op.create_table('token_secret',
    sa.Column('id', text(length=32), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['token_key.id'], name=op.f('fk_token_secret_id_token_key')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token_secret'))
    )
    op.create_table('token_request',
    sa.Column('code', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_token_request_wave_id_wave')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_token_request')),
    sqlite_with_rowid=False
    )
    op.create_table('counted_token',
    sa.Column('mark', sa.LargeBinary(), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_counted_token_wave_id_wave')),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_counted_token')),
    sqlite_with_rowid=False
    )
    op.add_column('wave', sa.Column('token_keys', text(length=64), server_default='', nullable=False))
    _keep_out_of_statistics()


def _keep_out_of_statistics() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table, columns in UNSAMPLED.items():
            for column in columns:
                op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0')


def downgrade() -> None:
    op.drop_column('wave', 'token_keys')
    for table in ('counted_token', 'token_request', 'token_secret'):
        op.drop_table(table)
    op.drop_index(op.f('ix_token_key_wave_id'), table_name='token_key')
    op.drop_table('token_key')
