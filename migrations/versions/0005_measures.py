"""outcome measures and scorecards; parts of the staff

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

def text(length=None):
    return sa.String(length=length)


def upgrade() -> None:
    create_workforce(sa.Column('part', text(80), nullable=False, server_default=''))
    op.create_table('measure_value',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('measure', text(20), nullable=False),
    sa.Column('version', text(40), nullable=False),
    sa.Column('period', text(10), nullable=False),
    sa.Column('breakdown', text(40), nullable=False),
    sa.Column('level', text(120), nullable=False),
    sa.Column('numerator', sa.Float(), nullable=False),
    sa.Column('denominator', sa.Float(), nullable=False),
    sa.Column('unknown', sa.Float(), nullable=False),
    sa.Column('source', text(300), nullable=False),
    sa.Column('attested_by', text(120), nullable=False),
    sa.Column('attested_on', sa.Date(), nullable=False),
    sa.Column('new_trend', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint('numerator >= 0 AND denominator >= 0 AND unknown >= 0', name=op.f('ck_measure_value_never_negative')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_measure_value_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_value')),
    sa.UniqueConstraint('agency_id', 'measure', 'period', 'breakdown', 'level', 'revision', name='uq_measure_value_figure')
    )
    op.create_table('measure_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('community_id', sa.Integer(), nullable=False),
    sa.Column('measure', text(20), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('by_year', sa.Integer(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_measure_target_community_id_community')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_target')),
    sa.UniqueConstraint('community_id', 'measure', 'revision', name=op.f('uq_measure_target_community_id_measure_revision'))
    )
    op.create_table('statement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('community_id', sa.Integer(), nullable=False),
    sa.Column('question', text(40), nullable=False),
    sa.Column('answer', sa.Boolean(), nullable=False),
    sa.Column('words', text(600), nullable=False),
    sa.Column('lang', text(10), nullable=False),
    sa.Column('attested_by', text(120), nullable=False),
    sa.Column('attested_on', sa.Date(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_statement_community_id_community')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement')),
    sa.UniqueConstraint('community_id', 'question', 'revision', name=op.f('uq_statement_community_id_question_revision'))
    )
    op.create_table('improvement_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('community_id', sa.Integer(), nullable=False),
    sa.Column('slug', text(80), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('lang', text(10), nullable=False),
    sa.Column('title', text(200), nullable=False),
    sa.Column('worked', text(600), nullable=False),
    sa.Column('did_not_work', text(600), nullable=False),
    sa.Column('report', text(300), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_improvement_event_community_id_community')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_event')),
    sa.UniqueConstraint('community_id', 'slug', 'revision', name=op.f('uq_improvement_event_community_id_slug_revision'))
    )
    op.create_index('ix_improvement_event_community', 'improvement_event', ['community_id'])
    op.create_table('scorecard',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('community_id', sa.Integer(), nullable=False),
    sa.Column('agency', text(80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('sha256', text(64), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_scorecard_community_id_community')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard')),
    sa.UniqueConstraint('community_id', 'agency', 'version', name=op.f('uq_scorecard_community_id_agency_version'))
    )


def create_workforce(*more: sa.Column) -> None:
    """Rebuild the table of staff counts with its rows, because SQLite cannot change a key in place."""
    names = 'agency_id, variable, level, year, count, source'
    key = ['agency_id', *(column.name for column in more), 'variable', 'level', 'year']
    op.execute(f'CREATE TABLE staff_before AS SELECT {names} FROM workforce_count')
    op.drop_table('workforce_count')
    op.create_table('workforce_count',
    sa.Column('agency_id', sa.Integer(), nullable=False),
    *more,
    sa.Column('variable', text(80), nullable=False),
    sa.Column('level', text(120), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('source', text(300), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_workforce_count_agency_id_agency')),
    sa.PrimaryKeyConstraint(*key, name=op.f('pk_workforce_count'))
    )
    op.execute(f'INSERT INTO workforce_count ({names}) SELECT {names} FROM staff_before')
    op.execute('DROP TABLE staff_before')


def downgrade() -> None:
    for table in ('scorecard', 'improvement_event', 'statement', 'measure_target', 'measure_value'):
        op.drop_table(table)
    op.execute("DELETE FROM workforce_count WHERE part <> ''")
    create_workforce()
