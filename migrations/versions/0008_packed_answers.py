"""answers as bytes of one length

Revision ID: 0008
Revises: 0007
"""

import json

import sqlalchemy as sa
from alembic import op

from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BY_KEY_ONLY = {'sqlite_with_rowid': False}  # not reflected, so it is repeated here


def upgrade() -> None:
    op.add_column('response', sa.Column('codes', sa.LargeBinary(), nullable=True))
    _rewrite('answers', 'codes', lambda layout, answers: layout.pack(json.loads(answers)))
    with op.batch_alter_table('response', table_kwargs=BY_KEY_ONLY) as batch_op:
        batch_op.drop_column('answers')
        batch_op.alter_column('codes', existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    op.add_column('response', sa.Column('answers', sa.JSON(), nullable=True))
    _rewrite('codes', 'answers', lambda layout, codes: json.dumps(layout.unpack(bytes(codes))))
    with op.batch_alter_table('response', table_kwargs=BY_KEY_ONLY) as batch_op:
        batch_op.drop_column('codes')
        batch_op.alter_column('answers', existing_type=sa.JSON(), nullable=False)


def _rewrite(old, new, told) -> None:
    """Pack the answers wave by wave, in the order of the random keys."""
    bind = op.get_bind()
    read = f"CAST({old} AS TEXT)" if old == 'answers' else old
    write = 'CAST(:new AS JSON)' if new == 'answers' and bind.dialect.name == 'postgresql' else ':new'
    waves = sa.text('SELECT id, survey_text FROM wave WHERE id IN (SELECT wave_id FROM response) ORDER BY id')
    for wave, survey_text in bind.execute(waves).all():
        layout = layout_of(load_survey(survey_text))
        rows = bind.execute(sa.text(f'SELECT key, {read} FROM response WHERE wave_id = :wave ORDER BY key'), {'wave': wave})
        changed = [{'key': key, 'new': told(layout, value)} for key, value in rows.all()]
        bind.execute(sa.text(f'UPDATE response SET {new} = {write} WHERE key = :key'), changed)
