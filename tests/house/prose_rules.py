"""The rules of prose as patterns: which words, in which kinds of text, and the advice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["catalog", "survey", "template", "message", "document", "docstring", "comment"]

EVERYWHERE: frozenset[Kind] = frozenset(
    ("catalog", "survey", "template", "message", "document", "docstring", "comment")
)
FOR_PEOPLE: frozenset[Kind] = frozenset(("catalog", "survey", "template", "message", "document"))
FOR_RESIDENTS: frozenset[Kind] = frozenset(("catalog", "survey", "template"))


@dataclass(frozen=True)
class Rule:
    """A pattern that texts avoid, the kinds of text, and the advice."""

    name: str
    pattern: re.Pattern[str]
    kinds: frozenset[Kind]
    advice: str


PERSON = (
    r"(?:us|me|you|him|her|them|each other|people|everyone|anyone|someone|no one|residents?|readers?|staff|"
    r"(?:the|an?|your|our|their|its|his|every|each) (?:\w+ )?"
    r"(?:people|persons?|residents?|operators?|readers?|staff|police|agency|agencies|researchers?|reviewers?|"
    r"translators?|visitors?|neighbors?|helpers?|respondents?|caller|developer|public|members?|organization|user))"
)
TELLERS = r"(?:residents?|people|persons?|staff|they|we|you|I|she|he|respondents?|neighbors?|who)"
TELL = re.compile(rf"(?<!\w)(?<!-)(?i:tell(?:s|ing)?|told)\b(?! {PERSON}\b)")
TOLD_BY = re.compile(rf"\b{TELLERS} (?:(?:can|could|will|would|may|must|have|had|has|did not|do not|not) )?$", re.I)

# A private noun and the word that people know.
PRIVATE = {
    r"(?<=the )tries|(?<=fewer )tries|(?<=many )tries": "attempts, rate limit",
    r"tongues?": "language, locale",
    r"shelf|shelves": "queries",
    r"storehouses?": "object store",
    r"crowds?": "network counts",
    r"doorways?": "flood control",
    r"fore(?:man|men)": "job supervisor",
    r"slips?": "answer error",
    r"sheets?(?! of paper)(?<!workbook sheet)(?<!workbook sheets)": "page, view model",
    r"papers": "forms, documents",
    r"doors?": "route",
    r"reception": "dispatch",
    r"tellers?": "report writer",
    r"casts?": "frame adapter",
    r"(?:the|a|an) kept": "cache, store",
    r"(?:a|the|sealed|their|its|without|carry|carries|with) marks?": "flag",
    r"marked answers?": "flagged answers",
    r"spare box": "mirror",
    r"tombstones?": "note of withdrawal",
    r"told apart": "reported separately",
    r"lead back to nobody": "anonymous",
    r"for machines": "for developers",
    r"was attacked|were attacked": "was tested",
}
# Words of the code that residents, agencies and operators never read (design.md, section 2).
CODE_WORDS = {
    r"waves?": "survey round",
    r"envelopes?(?! or the box of)(?! or box from)": "sealed answer",
    r"(?<!check )(?<!the )(?<!fill that )box(?:es)?(?! beside)(?! from the people)": "sealed answers",
    r"open(?:s|ed|ing)? (?:the|a) box": "unlock the answers",
    r"(?<!front )desks?": "help point",
    r"withh(?:e|o)ld(?:ing|s)?": "hidden (fewer than 10 people)",
    r"strat(?:um|a)": "part of the city",
    r"standing": "status",
    r"short name": "web address name",
    r"modell?ed interval": "likely range",
    r"address sample": "people invited at random",
    r"attested by": "confirmed by",
}
BRITISH = {
    r"behaviou?rs?(?<=iours)|behaviours?": "behavior",
    r"(?:un)?(?:colou|favou|honou|labou|neighbou|harbou|rumou|flavou|endeavou)r\w*": "-or",
    r"(?:re|dis)?organis\w+": "organiz-",
    r"(?:un)?recognis\w+": "recogniz-",
    r"(?:summar|normal|standard|minim|maxim|anonym|random|serial|optim|author|initial|real|emphas|general|special|"
    r"categor|final|capital|util|synchron|winsor|linear|symbol|token|character)is(?:e[sdr]?|ing|ation)\b": "-ize",
    r"centres?|metres?|theatres?|litres?": "-er",
    r"programmes?": "program",
    r"catalogues?": "catalog",
    r"(?:label|model|cancel|travel|total|signal|channel|level|fuel|tunnel)l(?:ed|ing|er|ers)": "one l",
    r"per cent": "percent",
    r"licences?|defences?|offences?": "-se",
    r"judgements?": "judgment",
    r"analys(?:e|ed|es(?= the| a| it)|ing)": "analyz-",
    r"whilst|amongst": "while, among",
    r"learnt|spelt|burnt|dreamt": "-ed",
    r"grey": "gray",
    r"cheques?": "check",
    r"fulfil(?:s)?": "fulfill",
}


def _any(words: Iterable[str], flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./-])(?:{'|'.join(words)})(?![\w/-])", flags)


RULES: tuple[Rule, ...] = (
    Rule(
        "opener",
        re.compile(r"^[\s(“\"'*_-]*(?:Who|What|Whom|Whose|Whoever|Whomever|Whatever|Of|Told)\b(?!.*\?[”\"')]*$)", re.S),
        EVERYWHERE,
        "begin with the subject, not with a free relative",
    ),
    Rule("tell", TELL, EVERYWHERE, "only people tell people; code shows, returns, writes, reports"),
    Rule(
        "somebody",
        _any((r"somebody", r"whoever", r"whomever", r"anybody", r"everybody", r"nobody")),
        EVERYWHERE,
        "name the actor, or write someone, anyone, everyone, no one",
    ),
    Rule("private", _any(PRIVATE), FOR_PEOPLE, "a private noun; use the field's word"),
    Rule("code word", _any(CODE_WORDS), FOR_RESIDENTS, "a word of the code; use the one that people read"),
    Rule("spelling", _any(BRITISH), EVERYWHERE, "American spelling"),
)
ADVICE: Mapping[str, Mapping[str, str]] = {"private": PRIVATE, "code word": CODE_WORDS, "spelling": BRITISH}

# (rule, part of the path, part of the sentence): reason. A reason for each, or the sentence changes.
ALLOWED: Mapping[tuple[str, str, str], str] = {
    ("opener", "staff.pot", "What is "): "a question",
    ("opener", "facts.html", "Who asks"): "a label beside its value",
    ("code word", "interface.pot", "Use a dark pen"): "a box on a paper form",
    ("code word", "interface.pot", "On paper: put this form"): "an envelope on a table",
    ("code word", "codes.html", "address sample"): "a file of codes holds this word",
    ("code word", "plan-file.html", "wave"): "the plan file holds this word",
    ("code word", "desk.html", "Commontrust desk"): "the name of a block, not a text",
    **dict.fromkeys(
        ((rule, "surveys/community-trust/release.yaml", "") for rule in ("opener", "spelling", "tell", "somebody")),
        "a published version keeps its bytes",
    ),
    ("spelling", "corrections.csv", "centre de santé"): "French",
    ("spelling", "corrections.csv", "organisme public"): "French",
    ("spelling", "corrections.csv", "licence"): "French",
    ("private", "GLOSSARY.md", ""): "the glossary explains the words of the code",
    ("private", "xlsform", "sheet"): "a sheet of a workbook",
    ("private", "analysis/reading/workbook.py", "sheet"): "a sheet of a workbook",
}

SUSPECT = re.compile(
    r"\b(?:Who|What|Whom|Whose|Whoever|Whomever|Whatever|Of|Told)\b|(?i:\btell|\btold\b|body\b|whoever|whomever)|"
    + "|".join(rf"(?i:{rule.pattern.pattern})" for rule in RULES if rule.name in ADVICE)
)
