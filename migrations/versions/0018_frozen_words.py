"""the words of open waves, frozen

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('frozen_words',
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_frozen_words_wave_id_wave')),
    sa.PrimaryKeyConstraint('wave_id', 'language', name=op.f('pk_frozen_words'))
    )


def downgrade() -> None:
    op.drop_table('frozen_words')
