"""Packed scripts do the same: strings, patterns, properties and names of other scripts stay as they are."""

from __future__ import annotations

import pytest

from app.web.script_packing import pack_script, shorten_names


@pytest.mark.parametrize(
    ("source", "packed"),
    [
        ("(() => {\n  const word = `${other} word`;\n})();", "(()=>{const a=`${other} word`})();"),
        ("(() => {\n  let sum = 0, term;\n  sum += term;\n})();", "(()=>{let a=0,b;a+=b})();"),
        ("(() => {\n  const find = /find[)/]/.test(x.find);\n})();", "(()=>{const find=/find[)/]/.test(x.find)})();"),
        ("const shared = (value) => value;", "const shared=(a)=>a;"),
        ("(({ state }) => state)();", "(({state})=>state)();"),
        ("(() => {\n  const name = 1;\n  use({ name });\n})();", "(()=>{const name=1;use({name})})();"),
        ("(() => {\n  const left = 1, a = 2;\n  use(left, a);\n})();", "(()=>{const b=1,a=2;use(b,a)})();"),
    ],
    ids=["template", "statement", "property", "other scripts", "destructured", "alone in braces", "a taken name"],
)
def test_pack_script_shortens_only_its_own_names(source: str, packed: str) -> None:
    assert pack_script(source) == packed


def test_shorten_names_renames_only_in_templates() -> None:
    source = '(() => { const word = 1; return `${word} word` + "word"; })();'
    assert shorten_names(source) == '(() => { const a = 1; return `${a} word` + "word"; })();'
