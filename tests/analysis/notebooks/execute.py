"""`python -m tests.analysis.notebooks.execute NOTEBOOK [PAGE]`: run a notebook, store its outputs, write its page."""

import sys
from pathlib import Path

from tests.analysis.notebooks.pages import to_html
from tests.analysis.notebooks.runs import run_notebook, stored


def main(notebook: Path, page: Path | None = None) -> None:
    """Run a notebook."""
    found = run_notebook(notebook)
    notebook.write_text(stored(found), encoding="utf-8")
    if page:
        page.write_text(to_html(found), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
