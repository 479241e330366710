"""List what a package offers, with one line each, for `help`."""

import inspect
import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

FORMULA = re.compile(r":? :math:`[^`]*`")


def contents(summary: str | None, names: Mapping[str, Any]) -> str:
    """Return the summary of a package, then its public functions and classes by the module that they come from.

    Parameters
    ----------
    summary
        First lines of the text.
    names
        The names of the package with what they stand for; modules and names that begin with _ are left out.

    Examples
    --------
    >>> print(contents("Estimates.", {"contents": contents}))
    Estimates.
    <BLANKLINE>
    Its functions and classes, with one line each; ``help(analysis.mean)`` shows one in full::
    <BLANKLINE>
        contents
          contents               Return the summary of a package, then its public functions and classes by the module...
    """
    public = [(name, each) for name, each in names.items() if _is_offered(name, each)]
    lines = [
        f"{summary}\n\nIts functions and classes, with one line each; ``help(analysis.mean)`` shows one in full::\n"
    ]
    for module, members in groupby(sorted(public, key=lambda pair: (_home(pair[1]), pair[0])), lambda x: _home(x[1])):
        lines.append(f"    {module}")
        lines += [f"      {name:<23}{_first_line(each)}" for name, each in members]
    return "\n".join(lines)


def _is_offered(name: str, value: Any) -> bool:
    of_package = getattr(value, "__module__", "").startswith("analysis.")
    return not name.startswith("_") and of_package and (inspect.isfunction(value) or inspect.isclass(value))


def _home(value: Any) -> str:
    return str(value.__module__).split(".")[1]


def _first_line(value: Any, most: int = 88) -> str:
    line = FORMULA.sub("", (value.__doc__ or "").strip().partition("\n")[0])
    return line if len(line) <= most else line[: most - 3].rstrip() + "..."
