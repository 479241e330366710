"""Make the scripts of pages small: no free spaces and line ends, and short names for what a script itself declares.

A name is shortened everywhere in its script or nowhere: never a name of a property, nor one that other scripts use.
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

TEXT = re.compile(r'("(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)')
LINE_END = re.compile(r"(?<=[{(\[,;:=<>*&|?!])\n *|\n *(?=[}).\]:?&|])|;(?=\n?})")
BESIDE = re.compile(r" *([{}()\[\];,:=<>*&|?!]|[+-](?! *[+-])) *")
PATTERN = (
    r"(?:(?<=[(=:,>] )|(?<=\())/(?:\[(?:[^\]\\\n]|\\.)*\]|[^ /\n\\\[]|\\.)(?:\[(?:[^\]\\\n]|\\.)*\]|[^/\n\\\[]|\\.)*/"
)
TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")|(?P<template>`(?:[^`\\]|\\.)*`)|(?P<pattern>' + PATTERN + r"[a-z]*)|"
    r"(?P<name>[A-Za-z_$][\w$]*)|(?P<space>\s+)|(?P<sign>=>|\.\.\.|\?\.|.)"
)
INSIDE = re.compile(r"\$\{([^{}]*)\}")
BEFORE_BLOCK = (")", "=>", "else", "try", "catch", "finally", ";", "{", "}")
KEYWORDS = {"as", "do", "if", "in", "is", "of"}
SHORTEST = 3  # letters; shorter names stay


@dataclass(frozen=True)
class Token:
    kind: str
    text: str


def pack_script(script: str) -> str:
    r"""Return a script that does the same with fewer letters. Its comments are gone already.

    >>> pack_script('(() => {\n  const first = [1, 2],\n    second = "c, d";\n})();')
    '(()=>{const a=[1,2],b="c, d"})();'
    """
    return remove_spaces(shorten_names(script))


def remove_spaces(script: str) -> str:
    """Remove spaces beside punctuation outside of texts, and line ends where a statement cannot end."""
    pieces = (piece if piece[:1] in '"`' else BESIDE.sub(r"\1", piece) for piece in TEXT.split(script) if piece)
    return LINE_END.sub("", "".join(pieces))


def shorten_names(script: str) -> str:
    """Give short names to the constants, variables and parameters that a script declares inside of brackets.

    >>> shorten_names("(first, top = document) => first + top")
    '(a, b = document) => a + b'
    >>> shorten_names("(() => { const found = { found: 1 }, other = 2; return other + found.length; })();")
    '(() => { const found = { found: 1 }, a = 2; return a + found.length; })();'
    """
    tokens = [Token(str(each.lastgroup), each[0]) for each in TOKEN.finditer(script)]
    code = [each for each in tokens if each.kind != "space"]
    names = [each.text for each in code if each.kind == "name"]
    wanted = set(_declared(code)) - set(_fixed(code))
    often = sorted((name for name in wanted if len(name) >= SHORTEST), key=lambda name: (-names.count(name), name))
    short = dict(zip(often, (each for each in _short_names() if each not in names), strict=False))
    return "".join(_renamed(each, short) for each in tokens)


def _renamed(token: Token, short: dict[str, str]) -> str:
    if token.kind == "name":
        return short.get(token.text, token.text)
    if token.kind == "template":
        return INSIDE.sub(lambda found: "${" + shorten_inside(found[1], short) + "}", token.text)
    return token.text


def shorten_inside(code: str, short: dict[str, str]) -> str:
    return re.sub(r"(?<![.\w$\"])[A-Za-z_$][\w$]*", lambda found: short.get(found[0], found[0]), code)


def _declared(code: list[Token]) -> Iterator[str]:
    """Yield the names that are declared inside of brackets."""
    depth = 0
    for place, token in enumerate(code):
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "sign" else 0
        if token.text in ("const", "let") and depth:
            yield from _of_statement(code[place + 1 :])
        elif token.text == "=>":
            yield from _of_parameters(code[:place])


def _of_statement(rest: list[Token]) -> Iterator[str]:
    depth, is_first = 0, True
    for token in rest:
        if is_first and token.kind == "name":
            yield token.text
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "sign" else 0
        if depth < 0 or (depth == 0 and token.text in (";", "of")):
            return
        is_first = depth == 0 and token.text == ","


def _of_parameters(before: list[Token]) -> Iterator[str]:
    if before[-1].kind == "name":
        yield before[-1].text
        return
    for place in range(len(before) - 2, 0, -1):
        if before[place].text in ("(", "{"):
            return
        if before[place].kind == "name" and before[place - 1].text in ("(", ",", "..."):
            yield before[place].text


def _fixed(code: list[Token]) -> Iterator[str]:
    """Yield the names that are also those of properties: after a point, before a colon, or alone in braces."""
    nothing, inside = Token("sign", ""), [""]
    for before, token, after in zip([nothing, *code], code, [*code[1:], nothing], strict=False):
        if token.kind == "sign" and token.text in "([{":
            inside.append("block" if token.text == "{" and before.text in BEFORE_BLOCK else token.text)
        elif token.kind == "sign" and token.text in ")]}":
            inside.pop()
        is_alone = inside[-1] == "{" and before.text in ("{", ",") and after.text in (",", "}")
        if token.kind == "name" and (before.text in (".", "?.") or after.text == ":" or is_alone):
            yield token.text


def _short_names() -> Iterator[str]:
    for size in (1, 2):
        for letters in itertools.product(string.ascii_letters, repeat=size):
            if (name := "".join(letters)) not in KEYWORDS:
                yield name
