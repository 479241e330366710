"""Settings of the documentation site, which `make docs` builds from documents and docstrings without a network."""

import re
import sys
import tomllib
from html import escape
from pathlib import Path
from typing import Any

from docutils.nodes import SkipNode
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

project = "Commontrust"
author = "the Commontrust contributors"
project_copyright = f"{author}, MIT license"
release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

# The source is the root of the repository, so that a link between two documents is the same here and in a checkout.
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md"]
exclude_patterns = ["README.md"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
default_role = "code"
autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "description"
napoleon_google_docstring = False
suppress_warnings = ["myst.xref_missing"]  # a link to a file of the repository, such as docs/asvs.yaml

html_theme = "furo"
html_title = f"Commontrust {release}"
html_additional_pages = {"index": "redirect.html"}
templates_path = ["site"]
html_copy_source = False
html_math_renderer = "mathml"


def _to_mathml(formula: str, *, as_block: bool) -> str:
    """MathML, or the formula as it is written where docutils does not know a command of it."""
    try:
        return str(tex2mathml(re.sub(r"\\[Bb]igg?[lr]?(?![a-zA-Z])", "", formula), as_block=as_block))
    except MathError:
        return f"<code>{escape(formula)}</code>"


def _inline_math(writer: HTML5Translator, node: Any) -> None:
    writer.body.append(_to_mathml(node.astext(), as_block=False))
    raise SkipNode


def _block_math(writer: HTML5Translator, node: Any) -> None:
    writer.body.append(_to_mathml(node.astext(), as_block=True))
    raise SkipNode


def setup(app: Sphinx) -> None:
    """Write formulas as MathML, which browsers draw by themselves: no page asks another host for a script."""
    app.add_html_math_renderer("mathml", (_inline_math, None), (_block_math, None))
