"""fewest codes of a part of the city, and days before an early opening

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('wave', sa.Column('smallest_stratum', sa.Integer(), server_default='0', nullable=False))
    op.add_column('wave', sa.Column('days_sealed', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    op.drop_column('wave', 'days_sealed')
    op.drop_column('wave', 'smallest_stratum')
