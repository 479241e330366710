"""what operators plan about a survey round, and the logo of a community

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op


revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'wave_note',
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_wave_note_wave_id_wave')),
        sa.PrimaryKeyConstraint('wave_id', 'kind', name=op.f('pk_wave_note')),
    )
    op.create_table(
        'community_logo',
        sa.Column('community_id', sa.Integer(), nullable=False),
        sa.Column('media_type', sa.String(length=40), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ['community_id'], ['community.id'], name=op.f('fk_community_logo_community_id_community')
        ),
        sa.PrimaryKeyConstraint('community_id', name=op.f('pk_community_logo')),
    )


def downgrade() -> None:
    op.drop_table('community_logo')
    op.drop_table('wave_note')
