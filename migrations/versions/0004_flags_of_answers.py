"""flags of answers

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'response', sa.Column('flags', sqlmodel.sql.sqltypes.AutoString(length=60), server_default='', nullable=False)
    )


def downgrade() -> None:
    op.drop_column('response', 'flags')
