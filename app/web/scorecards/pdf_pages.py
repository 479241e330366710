"""The values of a scorecard's PDF file: the same view as its page."""

from __future__ import annotations

from dataclasses import asdict

from app.language.languages import get_language
from app.paths import TEMPLATES
from app.services.pdf.typesetting import Paper
from app.services.scorecards.publish import FrozenScorecard
from app.web.scorecards.page import view_card
from app.web.scorecards.phrasing import scorecard_phrasing

TEMPLATE = TEMPLATES / "scorecard.typ"


def to_paper(frozen: FrozenScorecard, lang: str, base_url: str) -> Paper:
    """The scorecard in one of its languages."""
    text = scorecard_phrasing(lang, frozen.words[lang]).text
    values = {
        "lang": lang,
        "direction": get_language(lang).direction,
        "address": f"{base_url}/scorecard/{frozen.card.subject}?version={frozen.version}",
        "view": asdict(view_card(frozen, lang)),
        "words": {
            "questions": text("The questions"),
            "measures": text("The measures"),
            "beside": text("Compare it with"),
            "log": text("Projects and results"),
            "worked": text("Successes"),
            "did_not_work": text("Failures"),
            "withheld": text("Figures not shown, and why"),
            "fingerprint": text("Fingerprint"),
        },
    }
    return Paper(TEMPLATE, (lang, *frozen.languages), frozen.published_on, values)
