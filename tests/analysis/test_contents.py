"""The text of `help(analysis)`: every public name with one line."""

import inspect
import pydoc

import analysis


def test_help_lists_each_public_name_with_its_line() -> None:
    text = pydoc.render_doc(analysis, renderer=pydoc.plaintext)
    public = [
        n for n, x in vars(analysis).items() if not n.startswith("_") and (inspect.isroutine(x) or inspect.isclass(x))
    ]
    assert len(public) > 70
    for name in public:
        (line,) = [each for each in text.splitlines() if each.strip().startswith(f"{name} ") and len(each.split()) > 3]
        assert len(line) < 130
        assert ":math:" not in line
