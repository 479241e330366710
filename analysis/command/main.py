"""One run of a command: read, answer, write; whatever a person got wrong is told in a sentence, with status 2."""

import sys
from typing import TextIO

from analysis.command.arguments import Arguments, read_arguments
from analysis.errors import AnalysisError


def main(words: list[str] | None = None) -> int:
    """Run a command; returns 0, or 2 when what was asked for cannot be done."""
    arguments = read_arguments(words)
    try:
        _run(arguments)
    except AnalysisError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    return 0


def _run(arguments: Arguments) -> None:
    from analysis.command.answers import ANSWERS
    from analysis.command.weights import store_weights
    from analysis.command.writing import store_text, to_text
    from analysis.plan import load_plan

    progress = Progress(sys.stderr)
    plan = load_plan(arguments.plan)
    if arguments.command == "weights":
        report = store_weights(plan, arguments, progress)
        text, output = to_text(report, arguments.format), None
    else:
        report = ANSWERS[arguments.command](plan, arguments.data, progress)
        text, output = to_text(report, arguments.format), arguments.output
    progress.done()
    if output is None:
        print(text, end="")
    else:
        store_text(output, text)


class Progress:
    """Tells a person at a terminal what is being done; silent where nobody watches."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()
        self._told = False

    def __call__(self, text: str) -> None:
        """Show what is being done now."""
        if self._shown:
            print(f"\r\x1b[K{text} ...", end="", file=self._stream, flush=True)
            self._told = True

    def done(self) -> None:
        """Take the last line away."""
        if self._told:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
