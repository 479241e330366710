"""Every kind of question on the resident's page, on paper and at the help point, filled in and with its errors."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.language.catalogs import load_catalog
from app.questionnaire.kinds import KINDS
from app.questionnaire.loading import load_survey
from app.web import rendering
from tests.questionnaire.walks import ROOT
from tests.web.reading import Reading, read
from tests.web.service import Service, open_service

TEXT = (ROOT / "tests" / "surveys" / "every_kind.yaml").read_text("utf-8")
SURVEY = load_survey(TEXT)
