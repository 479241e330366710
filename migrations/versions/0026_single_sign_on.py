"""accounts of a single sign-on, and the second person behind an account

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

NAMES = ('invited_by', 'confirmed_by', 'link_asked_by')


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.add_column('staff_member', sa.Column('oidc_issuer', text(length=300), nullable=True))
    op.add_column('staff_member', sa.Column('oidc_subject', text(length=255), nullable=True))
    for name in NAMES:
        op.add_column('staff_member', sa.Column(name, text(length=60), server_default='', nullable=False))
    op.add_column('staff_member', sa.Column('link_asked_at', sa.DateTime(), nullable=True))
    op.create_index('ix_staff_member_identity', 'staff_member', ['oidc_issuer', 'oidc_subject'], unique=True)
    op.create_table(
        'sign_in_start',
        sa.Column('key_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('invitation_sha256', sa.LargeBinary(), nullable=True),
        sa.Column('onward', text(length=300), nullable=False),
        sa.Column('ends', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('key_sha256', name=op.f('pk_sign_in_start')),
    )


def downgrade() -> None:
    op.drop_table('sign_in_start')
    op.drop_index('ix_staff_member_identity', table_name='staff_member')
    op.drop_column('staff_member', 'link_asked_at')
    for name in reversed(NAMES):
        op.drop_column('staff_member', name)
    op.drop_column('staff_member', 'oidc_subject')
    op.drop_column('staff_member', 'oidc_issuer')
