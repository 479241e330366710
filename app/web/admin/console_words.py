"""Say in words of the console what a sentence for the command line says.

Services raise one sentence for both. Here each command that a sentence names is replaced by the page that does the
same, or by the person who can do it.
"""

from __future__ import annotations

import re

SERVER = "the person who runs the server"

IN_CONSOLE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"make them with `commontrust holder new` or `commontrust holder keys`", "make them on the page Holders"),
        (
            r"(?:the|a public) file (?:public\.json )?that `commontrust holder new[^`]*` made",
            "the holder’s public.json",
        ),
        (r"write a file for them with `commontrust box open WAVE --export FILE`", f"ask {SERVER} for the file to open"),
        (r"run `commontrust box open` again", "unlock the answers once more"),
        (r"Run the same command again", "Try again in a moment"),
        (
            r"see `commontrust translations status [\w-]+`, "
            r"or accept it as a draft with `drafts: \[[\w-]+\]` in the plan",
            "see the step Languages, or tick in the plan that translations are used that two people have not checked",
        ),
        (r"add it under `support` in the plan", "add it under Lines of support in the plan"),
        (r"run `commontrust migrate`( with the catalogs of the version that opened it)?", f"ask {SERVER} to update it"),
        (r"`commontrust survey import` keeps them", f"{SERVER} can import them"),
        (r"add it with `commontrust language add`", f"{SERVER} can add it"),
        (r"that `commontrust backup` made", f"that a backup of {SERVER} made"),
        (r"Restore KEY_DIR", f"Ask {SERVER} to restore the keys"),
        (r", or run `commontrust staff confirm [^`]+` at the machine", f", or {SERVER}"),
        (r"or use `commontrust staff` at the machine", f"or {SERVER}"),
    )
)


def in_console(sentence: str) -> str:
    """Return a sentence without commands.

    >>> in_console("Nothing was lost: run `commontrust box open` again.")
    'Nothing was lost: unlock the answers once more.'
    """
    for pattern, words in IN_CONSOLE:
        sentence = pattern.sub(words, sentence)
    return sentence
