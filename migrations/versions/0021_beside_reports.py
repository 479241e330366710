"""what stands beside the figures of a report: commitments that answer a finding, and the shapes of areas

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('report', sa.Column('commitments', sa.JSON(), nullable=True))
    op.add_column('report', sa.Column('shapes', sa.JSON(), nullable=True))
    op.create_table(
        'area_map',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('community_id', sa.Integer(), nullable=False),
        sa.Column('shapes', sa.JSON(), nullable=False),
        sa.Column('added_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_area_map_community_id_community')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_area_map')),
    )
    op.create_index(op.f('ix_area_map_community_id'), 'area_map', ['community_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_area_map_community_id'), table_name='area_map')
    op.drop_table('area_map')
    op.drop_column('report', 'shapes')
    op.drop_column('report', 'commitments')
