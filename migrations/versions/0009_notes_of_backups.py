"""spent codes at the last backup

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('backup_note',
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=170), nullable=False),
    sa.Column('spent', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_backup_note'))
    )


def downgrade() -> None:
    op.drop_table('backup_note')
