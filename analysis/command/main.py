"""One run of a command: read, answer, write; bad input ends with one sentence and status 2."""

import sys
from typing import TextIO

from analysis.command.arguments import Arguments, read_arguments
from analysis.command.report import OutputReport
from analysis.errors import AnalysisError


def main(words: list[str] | None = None) -> int:
    """Run a command; return 0, or 2 for input that cannot be used."""
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
    from analysis.command.commands import ANSWERS
    from analysis.command.weights import make_weights
    from analysis.plan import load_plan

    progress = Progress(sys.stderr)
    plan = load_plan(arguments.plan)
    if arguments.command == "weights":
        report, weights = make_weights(plan, arguments, progress)
        progress.done()
        _show_weights(report, weights, arguments)
    else:
        report = ANSWERS[arguments.command](plan, arguments.data, progress)
        progress.done()
        _show(report, arguments)
    if report.reading:
        print(f"note: {report.reading}", file=sys.stderr)


def _show(report: OutputReport, arguments: Arguments) -> None:
    """Print a report, or write it to the file that was named."""
    from analysis.command.writing import store_text, to_text

    text = to_text(report, arguments.format)
    if arguments.output is None:
        print(text, end="")
    else:
        store_text(arguments.output, text)


def _show_weights(report: OutputReport, weights: str, arguments: Arguments) -> None:
    """Print weights that go to no file, with the record of the steps beside them on the error stream."""
    from analysis.command.writing import to_text

    print(weights or to_text(report, arguments.format), end="")
    if weights:
        print(to_text(report, "table"), end="", file=sys.stderr)


class Progress:
    """Shows a person at a terminal what is being done; silent elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()
        self._used = False

    def __call__(self, text: str) -> None:
        """Show what is being done now."""
        if self._shown:
            print(f"\r\x1b[K{text} ...", end="", file=self._stream, flush=True)
            self._used = True

    def done(self) -> None:
        """Take the last line away."""
        if self._used:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
