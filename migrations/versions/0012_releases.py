"""releases

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('release',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('tier', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('version', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('data_sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('about', sa.JSON(), nullable=False),
    sa.Column('changes', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.CheckConstraint("tier IN ('public', 'restricted')", name=op.f('ck_release_tier')),
    sa.CheckConstraint("status IN ('published', 'withdrawn')", name=op.f('ck_release_status')),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_release_wave_id_wave')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release')),
    sa.UniqueConstraint('name', name=op.f('uq_release_name')),
    sa.UniqueConstraint('wave_id', 'tier', 'version', name=op.f('uq_release_wave_id_tier_version'))
    )
    op.create_table('release_download',
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('path', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_release_download_release_id_release')),
    sa.PrimaryKeyConstraint('release_id', 'path', name=op.f('pk_release_download'))
    )
    op.create_table('access_request',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('organisation', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decided_by', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('link_sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'approved', 'refused')", name=op.f('ck_access_request_status')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_access_request_release_id_release')),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_access_request_wave_id_wave')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_request')),
    sa.UniqueConstraint('link_sha256', name=op.f('uq_access_request_link_sha256'))
    )


def downgrade() -> None:
    op.drop_table('access_request')
    op.drop_table('release_download')
    op.drop_table('release')
