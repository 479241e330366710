"""the protocol of a survey round, and what a population table counts

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('wave', sa.Column('protocol', sa.JSON(), nullable=False, server_default='{}'))
    for name in ('universe', 'kind'):
        op.add_column(
            'population_share',
            sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default=''),
        )


def downgrade() -> None:
    op.drop_column('population_share', 'kind')
    op.drop_column('population_share', 'universe')
    op.drop_column('wave', 'protocol')
