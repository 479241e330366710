"""Define a scorecard before protection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.disclosure.catalogue import Catalogue
from analysis.disclosure.draft import DraftTable
from analysis.disclosure.publication import PublishedReport

Levels = Mapping[str, Sequence[str]]
Groupings = Mapping[str, tuple[str, Mapping[str, Sequence[str]]]]


@dataclass(frozen=True, slots=True, eq=False)
class DraftUnit:
    """Hold numbers about the same people, protected and audited together: a measure of an agency in one period.

    Parameters
    ----------
    id
        Its name, the same in every version of a scorecard.
    data
        Name of the state of its numbers (their digest): a correction gives a new one.
    variables
        Variable -> levels that divide these people.
    tables
        True numbers, over the groups of `catalogue`.
    crossings
        Variables whose levels are crossed.
    groupings
        Family -> a variable, and for each group of the family its levels.
    """

    id: str
    data: str
    variables: Levels
    tables: tuple[DraftTable, ...]
    crossings: tuple[tuple[str, ...], ...] = ()
    groupings: Groupings = field(default_factory=dict)

    def catalogue(self, earlier: Sequence[Catalogue] = ()) -> Catalogue:
        """Return the groups, over all levels that this or an earlier version names."""
        levels = {name: dict.fromkeys(found) for name, found in self.variables.items()}
        for each in earlier:
            for name, found in each.variables:
                levels.setdefault(name, {}).update(dict.fromkeys(found))
        return Catalogue.of(
            {name: tuple(found) for name, found in levels.items()}, crossings=self.crossings, groupings=self.groupings
        )


@dataclass(frozen=True, slots=True, eq=False)
class Quote:
    """Quote a figure of a published report, as it was protected there.

    Parameters
    ----------
    figure
        The name under which it is quoted.
    report
        The published report.
    table, domain, term
        Its place in the report.
    """

    figure: str
    report: PublishedReport
    table: str
    domain: str
    term: str


@dataclass(frozen=True, slots=True, eq=False)
class DraftScorecard:
    """Hold a whole scorecard with true numbers.

    Parameters
    ----------
    subject
        The community, or community/agency.
    units
        All numbers that count people.
    quotes
        Figures of published reports.
    public
        Other content that is not about people: hours, money, events, texts, targets, sources.
    """

    subject: str
    units: tuple[DraftUnit, ...] = ()
    quotes: tuple[Quote, ...] = ()
    public: Mapping[str, Any] = field(default_factory=dict)
