"""Store the surveys that a community made itself. A version is added and never changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record


class OwnSurvey(Record, table=True):
    """Hold one version of a survey: its id and version as its file states them, and the text of the file."""

    __tablename__ = "own_survey"
    __table_args__ = (UniqueConstraint("community_id", "survey_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    survey_id: str = Field(max_length=80)
    version: str = Field(max_length=80)
    text: str
    added_on: date


def own_surveys_of(session: Session, community_id: int) -> list[OwnSurvey]:
    """Return the surveys of a community, the newest first."""
    found = select(OwnSurvey).where(OwnSurvey.community_id == community_id).order_by(col(OwnSurvey.id).desc())
    return list(session.exec(found))


def find_own_survey(session: Session, community_id: int, survey_id: str, version: str) -> OwnSurvey | None:
    found = select(OwnSurvey).where(
        OwnSurvey.community_id == community_id, OwnSurvey.survey_id == survey_id, OwnSurvey.version == version
    )
    return session.exec(found).first()
