"""The prose rule of CONTRIBUTING.md, as a check: `python -m tests.house.prose [ROOT] [--count]`.

Reads every English sentence of the tree: catalogs, docstrings, comments, messages, documents, survey files, templates,
schemas and tables. Writes one line per finding (`file:line: rule: advice: sentence`) and ends with status 1 where there
is one. `--count` writes a table of rules and kinds of text instead.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.prose_rules import ALLOWED, RULES, TOLD_BY, Kind, Rule
from tests.house.sentences import Sentence, find_sentences


@dataclass(frozen=True)
class Finding:
    """A sentence that breaks a rule."""

    rule: Rule
    sentence: Sentence
    word: str

    def __str__(self) -> str:
        place = f"{self.sentence.path}:{self.sentence.line}"
        return f"{place}: {self.rule.name}: {self.word!r}: {self.rule.advice}: {self.sentence.text}"


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
