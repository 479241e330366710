"""Lay out the questionnaire on paper: the same questions and codes, in large print, with a QR code."""

from __future__ import annotations

from urllib.parse import urlencode

from app.services.intake.submission import OpenWave, OpenWaveAgency
from app.services.waves.letters import to_square
from app.web.resident.compiled_pages import lay_out
from app.web.view_models import PaperScreen


def lay_out_paper(fielded: OpenWave, agency: OpenWaveAgency | None, lang: str, base_url: str) -> PaperScreen:
    screen = lay_out(fielded, agency, lang)
    place = f"/{fielded.agencies.index(agency) + 1}" if agency and len(fielded.agencies) > 1 else ""
    return PaperScreen(
        lang=lang,
        community=screen.community,
        introduction=screen.introduction,
        parts=screen.parts,
        draft=screen.draft,
        contact=screen.contact,
        code_policy=screen.code_policy,
        square=to_square(f"{base_url}{screen.address}{place}?{urlencode({'lang': lang})}"),
        mark=" · ".join(filter(None, (fielded.slug, screen.agency, lang, fielded.survey.version))),
    )
