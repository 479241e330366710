"""flags of answers

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'response', sa.Column('flags', sqlmodel.sql.sqltypes.AutoString(length=60), server_default='', nullable=False)
    )


def downgrade() -> None:
    op.drop_column('response', 'flags')
