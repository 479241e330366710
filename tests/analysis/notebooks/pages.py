"""Write a notebook as one HTML page: text, code, and what the code showed."""

from html import escape
from typing import Any

from markdown_it import MarkdownIt

from tests.analysis.notebooks.runs import Cell, text_of

STYLE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a }
pre { background: #f4f4f2; padding: .7rem 1rem; overflow-x: auto; font-size: 14px }
pre.out { background: none; border-left: 3px solid #0072b2 }
table { border-collapse: collapse; font-size: 14px; display: block; overflow-x: auto }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }
img { max-width: 100% }
"""


def to_html(notebook: dict[str, Any]) -> str:
    """Return the page of a notebook with outputs."""
    title = next(line.removeprefix("# ").strip() for cell in notebook["cells"] for line in cell["source"])
    body = "\n".join(_cell(cell) for cell in notebook["cells"])
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'


def _cell(cell: Cell) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return str(MarkdownIt().render(source))
    return "\n".join([f"<pre><code>{escape(source)}</code></pre>", *map(_output, cell["outputs"])])


def _output(output: Cell) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        return f'<p><img alt="a figure" src="data:image/png;base64,{data["image/png"]}"></p>'
    if "text/html" in data:
        return "".join(data["text/html"])
    return f'<pre class="out">{escape(text_of(output))}</pre>'
