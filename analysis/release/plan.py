"""Plan a data set: its background questions, the steps that make them coarser, and all reported items."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.disclosure.microdata.recoding import Step
from analysis.report import ReportPlan


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """Plan a background question of a data set.

    Parameters
    ----------
    name
        Its column in the data set, and its group in reports.
    item
        The question's column in the answers; where several answers are possible, columns ``item_code`` hold 0 and 1.
    codes
        Its answers.
    steps
        Steps that merge them, from fine to coarse; each step divides all codes into groups.
    several
        Code of people who chose more than one answer; None where only one is possible. `steps` names it too.
    labels
        Names of codes that are the same in every language, such as areas.
    """

    name: str
    item: str
    codes: tuple[int, ...]
    steps: tuple[Step, ...]
    several: int | None = None
    labels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """Plan a data set of a wave.

    Parameters
    ----------
    report
        The report plan of the wave: agencies, indices, items, population.
    keys
        The public background questions, at most four beside the sample source; the first keep their detail longest.
    marked
        Names and items of all background questions by which a person might be recognized, public or not.
    harmless
        Column of a sensitive item -> answers that a reader may know everyone in a group gave, such as "none of these".
    visible
        Codes of items whose answers others can see, so that they count as keys.
    asked_after
        Code of an item -> codes of the items that decide whether it is asked, directly or through others.
    """

    report: ReportPlan
    keys: tuple[KeyPlan, ...]
    marked: frozenset[str] = frozenset()
    harmless: Mapping[str, frozenset[int]] = field(default_factory=dict)
    visible: frozenset[str] = frozenset()
    asked_after: Mapping[str, frozenset[str]] = field(default_factory=dict)
