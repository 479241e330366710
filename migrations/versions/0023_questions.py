"""versions of the questions of a draft, translations made in the console, and the notes beside them

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'draft_version',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('saved_by', sa.String(length=120), nullable=False),
        sa.Column('saved_on', sa.Date(), nullable=False),
        sa.Column('change', sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_draft_version_wave_id_wave')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_version')),
        sa.UniqueConstraint('wave_id', 'number', name=op.f('uq_draft_version_wave_id_number')),
    )
    op.create_index(op.f('ix_draft_version_wave_id'), 'draft_version', ['wave_id'])
    op.create_table(
        'own_translation',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('community_id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(length=20), nullable=False),
        sa.Column('key', sa.String(length=32), nullable=False),
        sa.Column('context', sa.String(length=120), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('translation', sa.String(), nullable=False),
        sa.Column('translator', sa.String(length=120), nullable=False),
        sa.Column('made_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ['community_id'], ['community.id'], name=op.f('fk_own_translation_community_id_community')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_own_translation')),
    )
    op.create_index(op.f('ix_own_translation_community_id'), 'own_translation', ['community_id'])
    op.create_table(
        'translation_note',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('community_id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(length=20), nullable=False),
        sa.Column('key', sa.String(length=32), nullable=False),
        sa.Column('fingerprint', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('text', sa.String(length=1000), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('written_on', sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('comment', 'read back', 'pretest', 'seen')", name=op.f('ck_translation_note_kind')
        ),
        sa.ForeignKeyConstraint(
            ['community_id'], ['community.id'], name=op.f('fk_translation_note_community_id_community')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_translation_note')),
    )
    op.create_index(op.f('ix_translation_note_community_id'), 'translation_note', ['community_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_translation_note_community_id'), table_name='translation_note')
    op.drop_table('translation_note')
    op.drop_index(op.f('ix_own_translation_community_id'), table_name='own_translation')
    op.drop_table('own_translation')
    op.drop_index(op.f('ix_draft_version_wave_id'), table_name='draft_version')
    op.drop_table('draft_version')
