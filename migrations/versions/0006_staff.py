"""the staff and their sessions

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('staff_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('agencies', sa.JSON(), nullable=False),
    sa.Column('password_hash', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('sealed_totp', sa.LargeBinary(), nullable=False),
    sa.Column('last_totp_step', sa.Integer(), nullable=False),
    sa.Column('recovery_sha256', sa.JSON(), nullable=False),
    sa.Column('invitation_sha256', sa.LargeBinary(), nullable=True),
    sa.Column('invitation_ends', sa.DateTime(), nullable=True),
    sa.Column('added_on', sa.Date(), nullable=False),
    sa.Column('removed_on', sa.Date(), nullable=True),
    sa.CheckConstraint("role IN ('operator', 'agency', 'reviewer', 'translator')", name=op.f('ck_staff_member_role')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_member')),
    sa.UniqueConstraint('name', name=op.f('uq_staff_member_name'))
    )
    op.create_table('staff_session',
    sa.Column('token_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('form_secret', sa.LargeBinary(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['staff_member.id'], name=op.f('fk_staff_session_member_id_staff_member')),
    sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_staff_session'))
    )
    op.create_index(op.f('ix_staff_session_member_id'), 'staff_session', ['member_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_staff_session_member_id'), table_name='staff_session')
    op.drop_table('staff_session')
    op.drop_table('staff_member')
