"""registers, corrections and withdrawals, and members of community organizations

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

REVISED = ('measure_value', 'measure_target', 'statement', 'improvement_event')


def upgrade() -> None:
    op.create_table('register_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('community_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('slug', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('agency', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('lang', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('entered_by', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_register_entry_community_id_community')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_entry')),
    sa.UniqueConstraint('community_id', 'kind', 'slug', 'revision', name='uq_register_entry_revision')
    )
    op.add_column('measure_value', sa.Column('correction', sqlmodel.sql.sqltypes.AutoString(length=300), server_default='', nullable=False))
    for table in REVISED:
        op.add_column(table, sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('staff_member', sa.Column('organization', sqlmodel.sql.sqltypes.AutoString(length=160), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('staff_member', 'organization')
    for table in REVISED:
        op.drop_column(table, 'withdrawn')
    op.drop_column('measure_value', 'correction')
    op.drop_table('register_entry')
