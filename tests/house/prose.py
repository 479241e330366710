"""The prose rule of CONTRIBUTING.md, as a check: `python -m tests.house.prose [ROOT] [--count]`.

Reads every English sentence of the tree: catalogs, docstrings, comments, messages, documents, survey files and
templates. Writes one line per finding (`file:line: rule: advice: sentence`) and ends with status 1 where there is one.
`--count` writes a table of rules and kinds of text instead.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["catalog", "survey", "template", "message", "document", "docstring", "comment"]

EVERYWHERE: frozenset[Kind] = frozenset(
    ("catalog", "survey", "template", "message", "document", "docstring", "comment")
)
FOR_PEOPLE: frozenset[Kind] = frozenset(("catalog", "survey", "template", "message", "document"))
FOR_RESIDENTS: frozenset[Kind] = frozenset(("catalog", "survey", "template"))


@dataclass(frozen=True)
class Sentence:
    """One sentence with the place where its paragraph begins."""

    path: str
    line: int
    kind: Kind
    text: str


@dataclass(frozen=True)
class Rule:
    """A pattern that texts avoid, the kinds of text, and the advice."""

    name: str
    pattern: re.Pattern[str]
    kinds: frozenset[Kind]
    advice: str


@dataclass(frozen=True)
class Finding:
    """A sentence that breaks a rule."""

    rule: Rule
    sentence: Sentence
    word: str

    def __str__(self) -> str:
        place = f"{self.sentence.path}:{self.sentence.line}"
        return f"{place}: {self.rule.name}: {self.word!r}: {self.rule.advice}: {self.sentence.text}"


# --- The rules ------------------------------------------------------------------------------------------------------

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
    ("private", "GLOSSARY.md", ""): "the glossary explains the words of the code",
    ("private", "xlsform", "sheet"): "a sheet of a workbook",
    ("private", "analysis/reading/workbook.py", "sheet"): "a sheet of a workbook",
}


def check(sentences: Iterable[Sentence]) -> Iterator[Finding]:
    """Every finding, in the order of the sentences."""
    for sentence in sentences:
        for rule in RULES:
            if sentence.kind in rule.kinds and (word := _find(rule, sentence.text)) and not _is_allowed(rule, sentence):
                yield Finding(rule, sentence, word)


def _find(rule: Rule, text: str) -> str:
    for found in rule.pattern.finditer(text):
        if rule.name != "tell" or not TOLD_BY.search(text[: found.start()]) or text[found.end() :].startswith(" apart"):
            return found[0].strip()
    return ""


def _is_allowed(rule: Rule, sentence: Sentence) -> bool:
    return any(rule.name == name and path in sentence.path and part in sentence.text for name, path, part in ALLOWED)


# --- Sentences of a text --------------------------------------------------------------------------------------------

END = re.compile(r"(?<=[.!?:;])[”\"')]*\s+(?=[A-Z“\"'(])|\n\s*\n|\n\s*(?=[-*] )")
CODE = re.compile(r"``.*?``|`[^`]*`|\bhttps?://\S+|\{[^{}]*\}", re.S)


def split(text: str) -> Iterator[str]:
    """The sentences of a text, without what stands in backquotes and braces.

    Examples
    --------
    >>> list(split("It counts. What is `told` is not prose."))
    ['It counts.', 'What is … is not prose.']
    """
    for part in END.split(CODE.sub("…", text)):
        folded = " ".join(part.split()).lstrip("-*# ")
        if folded:
            yield folded


# --- Where sentences stand ------------------------------------------------------------------------------------------

SKIPPED = frozenset((".git", ".venv", "node_modules", "__pycache__", "build", "dist", ".mypy_cache", ".ruff_cache"))
PYTHON = ("app", "analysis", "migrations", "surveys", "tests")
MESSAGES = ("app", "analysis")
SURVEY_TEXTS = re.compile(
    r"^\s*(?:- )?(?:text|title|introduction|note|support|label|description|numerator|denominator|trap|"
    r"[\w-]+):\s+[\"']?([A-Z“{][^#\n]*? [^#\n]*?)[\"']?\s*$",
    re.M,
)
MIN_WORDS = 3


def find_sentences(root: Path) -> Iterator[Sentence]:
    """Every English sentence of the tree."""
    for path in sorted((root / "locales").glob("*.pot")):
        yield from read_catalog(_name(root, path), path.read_text("utf-8"))
    for folder in PYTHON:
        for path in _files(root / folder, ".py"):
            yield from read_module(_name(root, path), path.read_text("utf-8"), with_messages=folder in MESSAGES)
    for path in (*sorted(root.glob("*.md")), *_files(root / "docs", ".md"), *_files(root / "deploy", ".md")):
        yield from read_document(_name(root, path), path.read_text("utf-8"))
    for path in _files(root / "surveys", ".yaml"):
        yield from read_survey(_name(root, path), path.read_text("utf-8"))
    for path in _files(root / "app", ".html"):
        yield from read_template(_name(root, path), path.read_text("utf-8"))


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _files(folder: Path, suffix: str) -> list[Path]:
    return [path for path in sorted(folder.rglob(f"*{suffix}")) if not SKIPPED & set(path.parts)]


def read_catalog(path: str, source: str) -> Iterator[Sentence]:
    """The msgids of a template, read line by line: strings of a msgid are joined."""
    line, parts = 0, []
    for number, text in enumerate([*source.splitlines(), ""], 1):
        if text.startswith(("msgid ", "msgid_plural ")):
            line, parts = number, [text.split(" ", 1)[1]]
        elif text.startswith('"') and parts:
            parts.append(text)
        elif parts:
            joined = "".join(ast.literal_eval(part) for part in parts)
            yield from (Sentence(path, line, "catalog", each) for each in split(joined))
            parts = []


def read_module(path: str, source: str, *, with_messages: bool) -> Iterator[Sentence]:
    """Docstrings, comments and, where wanted, strings that people read. A module without a suspect word is skipped."""
    if not SUSPECT.search(source):
        return
    if "#" in source:
        yield from _comments(path, source)
    tree = ast.parse(source)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docstrings.add(node.value)
            text = re.sub(r"^\s*>>>.*(?:\n\s*\S.*)*", "", node.value.value, flags=re.M)
            text = PARAMETERS.sub("", text)
            yield from (Sentence(path, node.lineno, "docstring", each) for each in split(text))
        elif with_messages and isinstance(node, ast.JoinedStr):
            docstrings.update(part for part in node.values if isinstance(part, ast.Constant))
            yield from _message(path, node.lineno, "".join(_text(part) for part in node.values))
        elif (
            with_messages and isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings
        ):
            yield from _message(path, node.lineno, node.value)


# The names of parameters stand on lines of their own, above their indented texts.
PARAMETERS = re.compile(r"^( *)\w+(?:, \w+)*\n(?=\1 +\S)", re.M)


def _text(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "…"


def _message(path: str, line: int, text: str) -> Iterator[Sentence]:
    if len(text.split()) >= MIN_WORDS and not re.match(
        r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|PRAGMA|<)\b", text
    ):
        yield from (Sentence(path, line, "message", each) for each in split(text))


PRAGMA = re.compile(r"^(?:noqa|type:|fmt:|pragma|ruff:|!|mypy:)")


def _comments(path: str, source: str) -> Iterator[Sentence]:
    """Comments; those of following lines are one text."""
    start, end = 0, -1
    texts: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        text = token.string.lstrip("#").strip()
        if PRAGMA.match(text):
            continue
        if token.start[0] != end + 1 and texts:
            yield from (Sentence(path, start, "comment", each) for each in split(" ".join(texts)))
            texts = []
        if not texts:
            start = token.start[0]
        end = token.start[0]
        texts.append(text)
    if texts:
        yield from (Sentence(path, start, "comment", each) for each in split(" ".join(texts)))


def read_document(path: str, source: str) -> Iterator[Sentence]:
    """The paragraphs, list items and table cells of a Markdown file, without its code."""
    source = re.sub(r"^(```|~~~).*?^\1", lambda found: "\n" * found[0].count("\n"), source, flags=re.S | re.M)
    line = 1
    for block in re.split(r"(\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.) ?))", source):
        if block.strip():
            text = re.sub(r"\]\([^)]*\)", "]", block)
            for cell in text.split("|"):
                yield from (Sentence(path, line + _ahead(block), "document", each) for each in split(cell))
        line += block.count("\n")


def _ahead(block: str) -> int:
    return block[: len(block) - len(block.lstrip())].count("\n")


def read_survey(path: str, source: str) -> Iterator[Sentence]:
    """English texts of a survey or measures file, line by line."""
    for found in SURVEY_TEXTS.finditer(source):
        line = source.count("\n", 0, found.start(1)) + 1
        yield from (Sentence(path, line, "survey", each) for each in split(found[1]))


QUOTED = re.compile(r"\"([A-Z][^\"<>{}]* [^\"<>{}]*)\"|\"([A-Z][a-z]+)\"(?=[,)])")


def read_template(path: str, source: str) -> Iterator[Sentence]:
    """Text between tags, and sentences that a template hands to a macro."""
    source = re.sub(r"\{#.*?#\}|<(script|style)\b.*?</\1>", _blank, source, flags=re.S)
    for expression in re.finditer(r"\{[{%](.*?)[%}]\}", source, re.S):
        line = source.count("\n", 0, expression.start()) + 1
        for found in QUOTED.finditer(expression[1]):
            yield from (Sentence(path, line, "template", each) for each in split(found[1] or found[2]))
    shown = re.sub(r"\{\{.*?\}\}", lambda found: "…" + _blank(found), source, flags=re.S)
    shown = re.sub(r"\{%.*?%\}", _blank, shown, flags=re.S)
    shown = re.sub(r"</?(?:strong|a|code|em|bdi|time)\b[^>]*>", _blank, shown)
    for found in re.finditer(r"(?:^|>)([^<>]+)(?=<|$)", shown):
        line = shown.count("\n", 0, found.start(1)) + 1 + _ahead(found[1])
        yield from (Sentence(path, line, "template", each) for each in split(found[1]) if re.search("[A-Za-z]", each))


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


SUSPECT = re.compile(
    r"\b(?:Who|What|Whom|Whose|Whoever|Whomever|Whatever|Of|Told)\b|(?i:\btell|\btold\b|body\b|whoever|whomever)|"
    + "|".join(rf"(?i:{rule.pattern.pattern})" for rule in RULES if rule.name in ADVICE)
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("root", type=Path, nargs="?", default=Path.cwd())
    parser.add_argument("--count", action="store_true", help="a table of rules and kinds of text")
    options = parser.parse_args(arguments)
    findings = list(check(find_sentences(options.root)))
    print(
        format_counts(findings) if options.count else "\n".join(map(str, findings)) or "The prose holds to its rules."
    )
    return 1 if findings else 0


def format_counts(findings: Iterable[Finding]) -> str:
    """Counts with a row for each rule and a column for each kind of text."""
    counts = Counter((each.rule.name, each.sentence.kind) for each in findings)
    kinds: tuple[Kind, ...] = ("catalog", "survey", "template", "message", "document", "docstring", "comment")
    lines = ["rule       " + "".join(f"{kind:>10}" for kind in kinds) + "     total"]
    for rule in RULES:
        row = [counts[rule.name, kind] for kind in kinds]
        lines.append(f"{rule.name:<11}" + "".join(f"{number:>10}" for number in row) + f"{sum(row):>10}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
