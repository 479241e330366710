"""Name the thresholds that a public data set must meet."""

from dataclasses import dataclass, fields

from analysis.disclosure.rules import BadRules


@dataclass(frozen=True, slots=True)
class MicrodataRules:
    """Hold the rules of the gate for data sets. A restricted file may lower them, and its document states this.

    Parameters
    ----------
    k
        Fewest records that share one combination of key variables, withheld values counting as a value of their own.
    distinct
        Fewest different answers (l) to each sensitive item among the records of a combination; missing is no answer.
    most_keys
        Most key variables, including the sample source.
    most_for_suppression
        Recoding goes on until at most this part of the records is left for suppression.
    most_blank
        Coarser steps are tried while a larger part of the values of the key variables is blank.
    most_for_answers
        Sensitive items are left out when they alone would blank a key variable in more than this part of the records.
    most_blank_visible
        Items that others can see are left out when more than this part of their answers would be blank.
    small_group
        A level of a key variable that fewer people of one source and agency have is blank there.
    fewest_records
        A sample source with fewer records is left out.
    units_in_group
        Fewest PSUs in a group of the jackknife.
    most_groups
        Most groups.
    fewest_in_domain
        Fewest records of a domain whose difference from the official figures is published.
    """

    k: int = 5
    distinct: int = 2
    most_keys: int = 5
    most_for_suppression: float = 0.15
    most_blank: float = 0.05
    most_for_answers: float = 0.02
    most_blank_visible: float = 0.3
    small_group: int = 10
    fewest_records: int = 50
    units_in_group: int = 8
    most_groups: int = 40
    fewest_in_domain: int = 50

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            if not isinstance(getattr(self, name), int) or getattr(self, name) < least:
                raise BadRules(name, f"a whole number of at least {least}", getattr(self, name))
        for name in ("most_for_suppression", "most_blank", "most_for_answers", "most_blank_visible"):
            if not 0 <= getattr(self, name) <= 1:
                raise BadRules(name, "from 0 to 1", getattr(self, name))

    @property
    def lowered(self) -> tuple[str, ...]:
        """Return the names of the rules that are laxer than those of a public file."""
        ours = MicrodataRules()
        return tuple(
            name
            for name in _LEAST
            if (getattr(self, name) - getattr(ours, name)) * (1 if name in _LAXER_WHEN_LARGER else -1) > 0
        )

    def to_document(self) -> dict[str, int | float]:
        """Return the rules as a flat mapping; `distinct` is also known as l."""
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"l": self.distinct}


_LAXER_WHEN_LARGER = frozenset({"most_keys", "most_groups"})
_LEAST = {
    "k": 3,
    "distinct": 2,
    "most_keys": 1,
    "small_group": 1,
    "fewest_records": 16,
    "units_in_group": 1,
    "most_groups": 2,
    "fewest_in_domain": 30,
}
