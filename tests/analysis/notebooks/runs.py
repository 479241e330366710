"""Run the code cells of a notebook from top to bottom in one namespace, and keep what each of them shows."""

import ast
import base64
import contextlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Cell = dict[str, Any]


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook as JSON holds it."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def run_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook with the outputs of a run in its own folder; a cell that fails raises its error."""
    notebook, namespace = read_notebook(path), {"__name__": "__main__"}
    with _inside(path.parent):
        for number, cell in enumerate((x for x in notebook["cells"] if x["cell_type"] == "code"), 1):
            cell["execution_count"] = number
            cell["outputs"] = list(_outputs("".join(cell["source"]), namespace, number))
    return notebook


def text_of(output: Cell) -> str:
    """Return the plain text of an output."""
    return "".join(output.get("text") or output["data"]["text/plain"])


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work in a folder with figures that need no screen."""
    import matplotlib

    before, backend = Path.cwd(), matplotlib.get_backend()
    os.chdir(folder)
    matplotlib.use("agg")
    try:
        yield
    finally:
        os.chdir(before)
        matplotlib.use(backend)


def _outputs(source: str, namespace: dict[str, Any], number: int) -> Iterator[Cell]:
    """Yield what a cell prints, the value of its last expression, and its figures."""
    tree = ast.parse(source)
    last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None  # type: ignore[attr-defined]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, f"<cell {number}>", "exec"), namespace)
        value = eval(compile(last, f"<cell {number}>", "eval"), namespace) if last else None
    if printed.getvalue():
        yield {"output_type": "stream", "name": "stdout", "text": _lines(printed.getvalue())}
    figures = [_figure(image) for image in _images()]
    if value is not None and not figures:
        yield {"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": _data(value)}
    yield from figures


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _data(value: Any) -> dict[str, list[str]]:
    html = getattr(value, "_repr_html_", lambda: None)()
    return {"text/plain": _lines(repr(value))} | ({"text/html": _lines(html)} if html else {})


def _images() -> Iterator[bytes]:
    from matplotlib import pyplot

    for number in pyplot.get_fignums():
        held = io.BytesIO()
        pyplot.figure(number).savefig(held, format="png", dpi=80, bbox_inches="tight", metadata={"Software": None})
        yield held.getvalue()
    pyplot.close("all")


def _figure(image: bytes) -> Cell:
    data = {"image/png": base64.b64encode(image).decode(), "text/plain": ["<Figure>"]}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def stored(notebook: dict[str, Any]) -> str:
    """Return the notebook as its file holds it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
