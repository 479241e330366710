"""the name of the SECRET, the seal of the audit log, the makers of API keys

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('service',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('secret_name', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('audit_lines', sa.Integer(), nullable=False),
    sa.Column('audit_seal', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service'))
    )
    op.add_column('api_key', sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True))


def downgrade() -> None:
    op.drop_column('api_key', 'made_by')
    op.drop_table('service')
