"""surveys that a community made itself

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_own_survey_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_survey")),
        sa.UniqueConstraint(
            "community_id", "survey_id", "version", name=op.f("uq_own_survey_community_id_survey_id_version")
        ),
    )
    op.create_index(op.f("ix_own_survey_community_id"), "own_survey", ["community_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_own_survey_community_id"), table_name="own_survey")
    op.drop_table("own_survey")
