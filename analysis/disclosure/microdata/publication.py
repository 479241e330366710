"""Release data sets: the only gate that makes `ProtectedMicrodata` from a draft."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.audit import EarlierRelease
from analysis.disclosure.canonical import frozen, sha256
from analysis.disclosure.catalogue import Catalogue
from analysis.disclosure.history import Published, of_wave
from analysis.disclosure.microdata.beside import known_from_beside
from analysis.disclosure.microdata.classes import Classes, make_classes
from analysis.disclosure.microdata.document import CASE, SCHEMA, WEIGHT, columns_of, replicate_name, to_document
from analysis.disclosure.microdata.draft import DraftMicrodata
from analysis.disclosure.microdata.draft_checks import check_draft
from analysis.disclosure.microdata.file import from_content, in_hundredths, to_content
from analysis.disclosure.microdata.file_checks import File, check_file
from analysis.disclosure.microdata.joint_audit import (
    audit_with_history,
    check_earlier_files,
    known_from_file,
    narrow_answers,
    shown_estimates,
)
from analysis.disclosure.microdata.protection import Protection, Secret, protect_records
from analysis.disclosure.microdata.refusals import BrokenMicrodata, GivesAway, OtherKeysThanBefore
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import AGENCY
from analysis.disclosure.sealing import _SEAL, Contents, SealedValue

MOST_DRAWS = 8
Columns = Mapping[str, NDArray[Any]]


class RareAnswers(Exception):
    """Ask for another file, with the rare answers to some questions blank: (item, source) of each."""

    def __init__(self, questions: frozenset[tuple[str, int]]) -> None:
        self.questions = questions
        super().__init__(sorted(questions))


class ProtectedMicrodata(SealedValue[Columns]):
    """Hold a data set that anyone may read. `release` makes it, or `restore_microdata` from its bytes."""

    __slots__ = ()

    @property
    def rows(self) -> int:
        """Return the number of records."""
        return int(self.document["rows"])

    @property
    def columns(self) -> Columns:
        """Return its columns in order, read-only: codes as int16; indices and weights as float64, NaN for no score."""
        return self._contents.parts

    @property
    def audit(self) -> Mapping[str, int]:
        """Return the number of small groups attacked with all publications; none was found."""
        found: Mapping[str, int] = self.document["audit"]
        return found

    def to_release(self, catalogue: Catalogue) -> EarlierRelease:
        """Return a reader's knowledge from it on the groups of a catalog."""
        return known_from_file(self.document, self.columns, _classes(self.document, self.columns), catalogue)


def release(
    draft: DraftMicrodata,
    history: Sequence[Published] = (),
    rules: MicrodataRules | None = None,
    *,
    seed: int,
    beside: Sequence[ProtectedMicrodata] = (),
) -> ProtectedMicrodata:
    """Protect a data set, audit it with everything published for its wave, and freeze it.

    The gate makes key variables coarser by their hierarchies, blanks small groups and small combinations, and drops a
    record only as the last resort. It holds back one record in twenty, so that no one can be sure that a person is in
    the file. It computes new weights from the released values.

    Parameters
    ----------
    draft
        The data set with true answers.
    history
        Reports and data sets published so far, of the same tier; those of other waves are ignored.
    rules
        Thresholds; those of a public file by default.
    seed
        A secret of the wave, large and never published: equal drafts, histories and seeds give equal bytes. All
        releases of a wave are made with one seed, so that they blank the same; their order and numbers still differ.
    beside
        Data sets of another tier of the wave, which the same people may hold: together they disclose no more than the
        rules allow. The coarser tier comes first.

    Raises
    ------
    AnalysisError
        When the data set cannot be released; nothing of it leaves. The children: those of `MicrodataRefused`.
    """
    rules = rules or MicrodataRules()
    check_draft(draft, rules)
    earlier = of_wave(history, draft.wave)
    known = {
        f"{place} {name}": codes
        for place, each in enumerate(of_wave(beside, draft.wave))
        for name, codes in known_from_beside(draft, each.document, each.columns).items()
    }
    number = sum(isinstance(each, ProtectedMicrodata) for each in earlier)
    reports = [each for each in earlier if not isinstance(each, ProtectedMicrodata)]
    rare: frozenset[tuple[str, int]] = frozenset()
    for draw in range(MOST_DRAWS):
        done = protect_records(draft, rules, Secret(seed, number, draw), known, rare, reports)
        try:
            return _finished(draft, done, rules, earlier)
        except RareAnswers as found:
            rare |= found.questions
        except (GivesAway, OtherKeysThanBefore):
            if draw == MOST_DRAWS - 1:
                raise
    raise GivesAway(sorted({name for name, _ in rare}))


def _finished(
    draft: DraftMicrodata, done: Protection, rules: MicrodataRules, earlier: Sequence[Published]
) -> ProtectedMicrodata:
    after = make_classes({name: done.column(name) for name in done.before.keys if name not in done.left_out})
    reports = [each for each in earlier if not isinstance(each, ProtectedMicrodata)]
    document = to_document(draft, done, rules, after, shown_estimates(reports, draft.data))
    columns = _columns(document, done)
    check_file(File(document, columns, rules))
    files = [(each.document, each.columns) for each in earlier if isinstance(each, ProtectedMicrodata)]
    check_earlier_files(document, columns, files)
    if rare := narrow_answers(document, columns, reports):
        raise RareAnswers(rare)
    document["audit"] = audit_with_history(draft, document, columns, _classes(document, columns), reports)
    content = to_content(document, columns)
    return ProtectedMicrodata(_SEAL, Contents(frozen(document), content, from_content(content, SCHEMA)[1]))


def _columns(document: Mapping[str, Any], done: Protection) -> dict[str, NDArray[Any]]:
    columns: dict[str, NDArray[Any]] = {CASE: np.arange(1, len(done.order) + 1, dtype=np.int32)}
    for name, values in columns_of(document, done):
        columns[name] = in_hundredths(values) if values.dtype.kind == "f" else values.astype(np.int16)
    columns[WEIGHT] = done.weights(0)
    replicates = sum(variable["kind"] == "replicate" for variable in document["variables"])
    return columns | {replicate_name(number): done.weights(number) for number in range(1, replicates + 1)}


def _classes(document: Mapping[str, Any], columns: Columns) -> Classes:
    """Return combinations of source, agency and key variables."""
    names = [v["name"] for v in document["variables"] if v["kind"] == "key" or v["name"] == AGENCY]
    return make_classes({name: columns[name] for name in names})


def restore_microdata(content: bytes, fingerprint: str) -> ProtectedMicrodata:
    """Restore a data set from its stored bytes; refuse bytes that `release` did not make.

    Raises
    ------
    BrokenMicrodata
        When fingerprint or form is wrong.
    MicrodataRefused
        When the data break a rule that their document declares.
    """
    if sha256(content) != fingerprint:
        raise BrokenMicrodata(f"with fingerprint {fingerprint}", f"theirs is {sha256(content)}")
    document, columns = from_content(content, SCHEMA)
    try:
        stated = {name: value for name, value in document["rules"].items() if name != "l"}
        check_file(File(document, columns, MicrodataRules(**stated)))
    except (KeyError, TypeError, IndexError) as error:
        raise BrokenMicrodata(f"in the form {SCHEMA}", f"reading failed: {error!r}") from error
    return ProtectedMicrodata(_SEAL, Contents(frozen(document), content, columns))
