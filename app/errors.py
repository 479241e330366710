"""Define the refusals: named exceptions that carry their facts and build one sentence for the person who asked.

Nothing here knows HTTP: `app/web/error_pages.py` and `app/cli` turn the classes into answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar


class Refused(Exception):
    """Refuse a request with one sentence for a person: what is wrong and what to do instead."""


LONGEST_SHOWN, LARGEST_SHOWN = 60, 10**15


def show_briefly(value: object) -> str:
    """Return a value that arrived as a sentence names it: a short text or number as it is, anything else by its kind.

    >>> show_briefly("police"), show_briefly(["a"]), show_briefly(10**5000)
    ("'police'", 'a list', 'a long number')
    """
    if isinstance(value, str):
        text = value if len(value) < LONGEST_SHOWN else value[: LONGEST_SHOWN - 3] + "..."
        return f"'{''.join(each if each.isprintable() else '�' for each in text)}'"
    if isinstance(value, int) and abs(value) > LARGEST_SHOWN:
        return "a long number"
    kinds = {dict: "a mapping", list: "a list", tuple: "a list", set: "a list", bytes: "binary data"}
    named = next((name for kind, name in kinds.items() if isinstance(value, kind)), "")
    return named or ("nothing" if value is None else str(value)[:LONGEST_SHOWN])


class BadSetting(Refused):
    def __init__(self, name: str, expected: str, arrived: str) -> None:
        self.name, self.expected, self.arrived = name, expected, arrived
        super().__init__(f"Expected {expected} in the setting {name}, got {arrived!r}.")


class NotInstalled(Refused):
    def __init__(self, purpose: str, package: str, install: str) -> None:
        self.purpose, self.package, self.install = purpose, package, install
        super().__init__(f"Expected the package {package} for {purpose}, found none: install {install}.")


# Words that people read in place of the words in code.
PEOPLE_WORDS = {"wave": "survey round", "desk": "help point", "key": "API key"}


class NotFound(Refused):
    """Refuse a name that does not exist. `kind` is a word of the glossary and `known` lists the names that exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind, self.name, self.known = kind, name, tuple(sorted(known))
        word = PEOPLE_WORDS.get(kind, kind)
        expected = f"one of: {', '.join(self.known)}" if self.known else f"a known {word}"
        super().__init__(f"Expected {expected}; there is no {word} {name!r}.")


class BadInput(Refused):
    """Refuse a file or an argument with wrong contents. `problems` lists every problem at once."""

    what: ClassVar[str] = "input"

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.source, self.problems = source, tuple(problems)
        super().__init__(f"Expected a usable {self.what} in {source}, got: {'; '.join(self.problems)}.")


class BadWavePlan(BadInput):
    what = "plan of a survey round"


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


class SecretRefused(Refused):
    """Refuse to work on a database without the SECRET with which it was made. The sentence shows names, no secret."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(
            f"Expected the SECRET {expected} of this database in COMMONTRUST_SECRET or KEY_DIR, got {arrived}: bring "
            "it back from the safe. With another one, codes and sign-ins would be refused and pages counted twice."
        )


class TooOpen(Refused):
    """Refuse a file or folder that other users of the machine can read or change."""

    def __init__(self, path: object, mode: int, expected: int) -> None:
        self.path, self.mode, self.expected = path, mode, expected
        super().__init__(
            f"Expected {path} to be open to its owner alone (mode {expected:04o}), got {mode:04o} and another owner: "
            f"run `chmod {expected:o}` on it as its owner."
        )


class WaveExists(Refused):
    def __init__(self, wave: str, status: str) -> None:
        self.wave, self.status = wave, status
        super().__init__(
            f"Expected a new name for a survey round, got {wave!r}, which exists and is {status}: choose another name."
        )


class TransitionRefused(Refused):
    def __init__(self, wave: str, status: str, wanted: str, possible: Iterable[str]) -> None:
        self.wave, self.status, self.wanted, self.possible = wave, status, wanted, tuple(possible)
        next_statuses = " or ".join(self.possible) or "nothing else"
        super().__init__(f"The survey round {wave!r} is {status} and can become {next_statuses}, not {wanted}.")


class PromiseWeakened(Refused):
    """Refuse to weaken a promise of an open wave. Residents have answered on the strength of it."""

    def __init__(self, wave: str, promise: str, promised: object, wanted: object) -> None:
        self.wave, self.promise, self.promised, self.wanted = wave, promise, promised, wanted
        super().__init__(
            f"The survey round {wave!r} is open and promised {promise} {promised}; it cannot be changed to {wanted}. "
            "Keep it, or plan another round."
        )


class WaveNotReady(Refused):
    """Refuse to open a wave and list all reasons."""

    def __init__(self, wave: str, reasons: Sequence[str]) -> None:
        self.wave, self.reasons = wave, tuple(reasons)
        super().__init__(f"Expected the survey round {wave!r} to be ready to open, found: {'; '.join(self.reasons)}.")


class WordsNotFrozen(Refused):
    """Report an open wave whose words in one language are not whole in the database."""

    def __init__(self, wave: str, language: str, reason: str) -> None:
        self.wave, self.language, self.reason = wave, language, reason
        super().__init__(
            f"Expected the words of the open survey round {wave!r} in {language} to be kept whole in the database, "
            f"found {reason}: run `commontrust migrate` with the catalogs of the version that opened it, or close it "
            "with that version."
        )


class CodesRefused(Refused):
    def __init__(self, wave: str, reason: str) -> None:
        self.wave, self.reason = wave, reason
        super().__init__(f"No codes can be made for the survey round {wave!r}: {reason}.")


class BoxTooThin(Refused):
    """Refuse to open a box with too few envelopes.

    The sentence leaves out the number: repeated requests would show when an answer arrived.
    """

    def __init__(self, wave: str, expected: int) -> None:
        self.wave, self.expected = wave, expected
        super().__init__(
            f"Expected at least {expected} sealed answers from one sample source and part of the city about one agency "
            f"in {wave!r}, got fewer: wait for more, or close the survey round first."
        )


class BoxKeyMissing(Refused):
    def __init__(self, box: str, path: object) -> None:
        self.box, self.path = box, path
        super().__init__(
            f"Expected the private key of box {box} in {path}, found none; nothing was unlocked. Restore KEY_DIR."
        )


class HolderUnknown(NotFound):
    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        super().__init__("holder", name, known)


class HoldersMissing(Refused):
    """Refuse to open a wave before both holders have keys."""

    def __init__(self, wave: str, reason: str) -> None:
        self.wave, self.reason = wave, reason
        super().__init__(
            f"Expected a one-time key of the operator and of the second holder for {wave!r}, found {reason}: make them "
            "with `commontrust holder new` or `commontrust holder keys`."
        )


class HolderKeyMissing(Refused):
    def __init__(self, holder: str, key: str, path: object) -> None:
        self.holder, self.key, self.path = holder, key, path
        super().__init__(
            f"Expected the one-time key {key} of {holder!r} in {path}, found none; nothing was unlocked. Restore the "
            "keys of this holder."
        )


class HolderRefused(Refused):
    """Refuse a holder, or a file of one, that does not fit what is registered."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"Expected {expected}, got {arrived}.")


class PassphraseRefused(HolderRefused):
    """Refuse a passphrase or shares. The sentence never repeats what was typed."""


class PassphraseNeeded(Refused):
    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"Expected the passphrase of {holder!r} or two of its shares, got neither.")


class SecondHolderElsewhere(Refused):
    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        super().__init__(
            f"Expected the keys of the second holder {fingerprint} on this machine, found none: write a file for them "
            "with `commontrust box open WAVE --export FILE`."
        )


class EarlyOpeningRefused(Refused):
    """Refuse to open a box with one envelope before its wave is closed."""

    def __init__(self, wave: str) -> None:
        self.wave = wave
        super().__init__(
            f"Expected a second holder for an opening before {wave!r} is closed, found none: this survey round began "
            "with one envelope. Close it first."
        )


class OpenedTooSoon(Refused):
    """Refuse to open a box in the first days of its wave, when few people have answered."""

    def __init__(self, wave: str, first: date) -> None:
        self.wave, self.first = wave, first
        super().__init__(
            f"Expected an opening of {wave!r} on {first} or later, as its plan says, or after it is closed."
        )


class BoxKeysForged(Refused):
    """Report public keys in the database that this service did not put there."""

    def __init__(self, box: str) -> None:
        self.box = box
        super().__init__(
            f"Expected the public keys of box {box} as the holders signed them, got others: someone changed the "
            "database. No answer is accepted until the keys are restored."
        )


class TokenKeysForged(Refused):
    """Report keys of tokens in the database that this service did not put there."""

    def __init__(self, wave: str) -> None:
        super().__init__(
            f"Expected the keys for tokens of {wave!r} as they were when it was opened, got others: someone changed "
            "the database. No answer is accepted until the keys are restored."
        )


class RecordForged(Refused):
    """Report a record of an opened wave that this service did not write."""

    def __init__(self, wave: str) -> None:
        super().__init__(
            f"Expected the questions, agencies and rules for codes of {wave!r} as they were when it was opened, got "
            "others: someone changed the database. No answer is accepted or unlocked until they are restored."
        )


class BoxDamaged(Refused):
    def __init__(self, box: str) -> None:
        self.box = box
        super().__init__(
            f"Expected sealed answers that the key of box {box} unlocks, got some that it does not; nothing was "
            "unlocked. Restore the keys from a backup, then try again."
        )


class BoxOpenedMeanwhile(Refused):
    def __init__(self, box: str) -> None:
        self.box = box
        super().__init__(f"Another process unlocked box {box} at the same moment; nothing is left to do.")


class TracesLeft(Refused):
    """Report that the answers are safe and the key is gone, but the database journal is not empty yet."""

    def __init__(self, box: str, reason: str) -> None:
        self.box, self.reason = box, reason
        super().__init__(
            f"Box {box} is unlocked and its key destroyed, but the database journal could not be emptied ({reason}): "
            "run `commontrust box open` again."
        )


class DatabaseBusy(Refused):
    """Report that an opening gave up a lock, so that residents do not wait behind it."""

    def __init__(self) -> None:
        super().__init__(
            "Expected the database to be free within a second, got a lock of another program; no answer is lost. Run "
            "the same command again."
        )


class AnswerNotStored(Refused):
    """Report that the answer is not in the box. The resident can send the same page again."""

    def __init__(self) -> None:
        super().__init__("Expected to store the answer, but the database did not take it: send it again.")


class MirrorNotWritten(Refused):
    """Report that the mirror of the sealed answers could not be written."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Expected to write the mirror of the sealed answers, got: {reason}. Check MIRROR_DIR.")


class BackupDamaged(Refused):
    def __init__(self, path: object, expected: str, arrived: str) -> None:
        self.path, self.expected, self.arrived = path, expected, arrived
        super().__init__(f"Expected {expected} in or for the backup {path}, got {arrived}.")


class NothingToReport(Refused):
    def __init__(self, wave: str, reason: str) -> None:
        self.wave, self.reason = wave, reason
        super().__init__(f"No report can be made of the survey round {wave!r}: {reason}.")


class NothingToRelease(Refused):
    def __init__(self, wave: str, reason: str) -> None:
        self.wave, self.reason = wave, reason
        super().__init__(f"No data can be released from the survey round {wave!r}: {reason}.")


class ReleaseOvertaken(Refused):
    """Refuse the second of two releases of one wave that were built at the same time."""

    def __init__(self, wave: str, version: str) -> None:
        self.wave, self.version = wave, version
        super().__init__(
            f"Expected to publish version {version} of {wave!r}, but another was published meanwhile: build it again."
        )


class ReleaseBroken(Refused):
    def __init__(self, release: str, problems: Sequence[str]) -> None:
        self.release, self.problems = release, tuple(problems)
        super().__init__(f"Expected {release} as it was published, found: {'; '.join(self.problems)}.")


class ReleaseGone(Refused):
    def __init__(self, release: str, withdrawn_on: object) -> None:
        self.release, self.withdrawn_on = release, withdrawn_on
        super().__init__(f"Expected a release that is still published, but {release} was withdrawn on {withdrawn_on}.")


class AlreadyDecided(Refused):
    def __init__(self, request: str, status: str) -> None:
        self.request, self.status = request, status
        super().__init__(f"Expected a request that is waiting, but {request} is already {status}.")
