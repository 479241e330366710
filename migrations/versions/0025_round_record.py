"""digest of the record that the pages of a survey round rely on

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.add_column('wave', sa.Column('record_digest', text(length=64), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('wave', 'record_digest')
