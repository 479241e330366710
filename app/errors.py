"""Requests that are refused, each a named exception with its facts and one sentence that it builds from them.

No HTTP here: `app/web/error_pages.py` and `app/cli` turn the classes into answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar


class Refused(Exception):
    """A request that cannot be done as it was asked. `str()` of it is one sentence for a person."""


class BadSetting(Refused):
    def __init__(self, name: str, expected: str, arrived: str) -> None:
        self.name, self.expected, self.arrived = name, expected, arrived
        super().__init__(f"Expected {expected} in the setting {name}, got {arrived!r}.")


class NotInstalled(Refused):
    def __init__(self, purpose: str, package: str, install: str) -> None:
        self.purpose, self.package, self.install = purpose, package, install
        super().__init__(f"Expected the package {package} for {purpose}, found none: install {install}.")


class NotFound(Refused):
    """`kind` is a word of the glossary, `name` what was asked for, `known` what there is."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind, self.name, self.known = kind, name, tuple(sorted(known))
        there_is = f"one of: {', '.join(self.known)}" if self.known else f"a known {kind}"
        super().__init__(f"Expected {there_is}; there is no {kind} {name!r}.")


class BadInput(Refused):
    """A file or an argument that does not hold what it should; `problems` names every place at once."""

    what: ClassVar[str] = "input"

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.source, self.problems = source, tuple(problems)
        super().__init__(f"Expected a usable {self.what} in {source}, got: {'; '.join(self.problems)}.")


class BadWavePlan(BadInput):
    what = "wave plan"


class BadTable(BadInput):
    what = "table"


class BadTranslation(BadInput):
    what = "translation"


class DatabaseNotReady(Refused):
    def __init__(self, expected: str | None, arrived: str | None) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(
            f"Expected a database at revision {expected}, got {arrived or 'an empty one'}: run `commontrust migrate`."
        )


class WaveExists(Refused):
    def __init__(self, wave: str, status: str) -> None:
        self.wave, self.status = wave, status
        super().__init__(f"Expected a new name for a wave, got {wave!r}, which is already {status}.")


class TransitionRefused(Refused):
    def __init__(self, wave: str, status: str, wanted: str, possible: Iterable[str]) -> None:
        self.wave, self.status, self.wanted, self.possible = wave, status, wanted, tuple(possible)
        ways = " or ".join(self.possible) or "nothing else"
        super().__init__(f"The wave {wave!r} is {status} and can become {ways}, not {wanted}.")


class PromiseWeakened(Refused):
    """Once open, what a wave promises to those who answered can only grow stronger."""

    def __init__(self, wave: str, promise: str, promised: object, wanted: object) -> None:
        self.wave, self.promise, self.promised, self.wanted = wave, promise, promised, wanted
        super().__init__(
            f"The wave {wave!r} is open and promised {promise} {promised}; it cannot be changed to {wanted}."
        )


class WaveNotReady(Refused):
    """Reasons why a wave cannot be opened, all of them."""

    def __init__(self, wave: str, reasons: Sequence[str]) -> None:
        self.wave, self.reasons = wave, tuple(reasons)
        super().__init__(f"Expected the wave {wave!r} to be ready to open, found: {'; '.join(self.reasons)}.")


class CodesRefused(Refused):
    def __init__(self, wave: str, reason: str) -> None:
        self.wave, self.reason = wave, reason
        super().__init__(f"No codes can be made for the wave {wave!r}: {reason}.")


class BoxTooThin(Refused):
    """How many there are is not said: asked again and again, the number would tell when somebody sent an answer."""

    def __init__(self, wave: str, expected: int) -> None:
        self.wave, self.expected = wave, expected
        super().__init__(
            f"Expected at least {expected} answers of one kind of sample in the box of {wave!r}, "
            "got fewer; wait for more, or close the wave first."
        )


class BoxKeyMissing(Refused):
    def __init__(self, box: str, path: object) -> None:
        self.box, self.path = box, path
        super().__init__(f"Expected the private key of box {box} in {path}, found none; nothing was opened.")


class BoxDamaged(Refused):
    def __init__(self, box: str) -> None:
        self.box = box
        super().__init__(
            f"Expected envelopes that the key of box {box} opens, got some that it does not; nothing was opened. "
            "Bring a backup of the keys back, then open it again."
        )


class BoxOpenedMeanwhile(Refused):
    def __init__(self, box: str) -> None:
        self.box = box
        super().__init__(f"Box {box} was opened by someone else at the same moment; nothing was left to do.")


class TracesLeft(Refused):
    """The answers are safe and the key is gone, but the journal could not be emptied yet."""

    def __init__(self, box: str, reason: str) -> None:
        self.box, self.reason = box, reason
        super().__init__(
            f"Box {box} is opened and its key destroyed, but the journal could not be emptied ({reason}): "
            "run `commontrust box open` again."
        )


class AnswerNotStored(Refused):
    """The answer is not in the box. The page can be sent again as it is."""

    def __init__(self) -> None:
        super().__init__("Expected to store the answer before thanking for it, but the database did not take it.")


class MirrorNotWritten(Refused):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Expected to write the mirror before thanking for an answer, got: {reason}.")


class BackupRefused(Refused):
    """A backup that would show, beside the one before, whose few answers came in between."""

    def __init__(self, kind: str, box_size: int) -> None:
        self.kind, self.box_size = kind, box_size
        super().__init__(
            f"Expected no code or at least {box_size} codes of {kind!r} to have been used since the last backup, got "
            "fewer: wait, close the wave first, or make it without answers."
        )


class BackupDamaged(Refused):
    def __init__(self, path: object, expected: str, arrived: str) -> None:
        self.path, self.expected, self.arrived = path, expected, arrived
        super().__init__(f"Expected {expected} in or for the backup {path}, got {arrived}.")


class NothingToReport(Refused):
    def __init__(self, wave: str, reason: str) -> None:
        self.wave, self.reason = wave, reason
        super().__init__(f"No report can be made of the wave {wave!r}: {reason}.")


class NothingToRelease(Refused):
    def __init__(self, wave: str, reason: str) -> None:
        self.wave, self.reason = wave, reason
        super().__init__(f"No data can be released of the wave {wave!r}: {reason}.")


class ReleaseOvertaken(Refused):
    """Two built a release of one wave at the same time; the second was thrown away."""

    def __init__(self, wave: str, version: str) -> None:
        self.wave, self.version = wave, version
        super().__init__(f"Expected to publish version {version} of {wave!r}, but another was published meanwhile.")


class ReleaseBroken(Refused):
    def __init__(self, release: str, problems: Sequence[str]) -> None:
        self.release, self.problems = release, tuple(problems)
        super().__init__(f"Expected {release} as it was published, found: {'; '.join(self.problems)}.")


class ReleaseGone(Refused):
    def __init__(self, release: str, withdrawn_on: object) -> None:
        self.release, self.withdrawn_on = release, withdrawn_on
        super().__init__(f"Expected a release that stands, but {release} was withdrawn on {withdrawn_on}.")


class AlreadyDecided(Refused):
    def __init__(self, request: str, status: str) -> None:
        self.request, self.status = request, status
        super().__init__(f"Expected a request that is waiting, but {request} is already {status}.")
