"""Define the fixed catalog of groups that a report may cover, each by levels of declared variables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from analysis.errors import AnalysisError, listed
from analysis.results import Group

EVERYONE = "everyone"
Where = tuple[tuple[str, frozenset[str]], ...]


class UnknownDomain(AnalysisError):
    """Refuse a group that the catalog does not hold."""

    def __init__(self, domain: str, available: Iterable[str]) -> None:
        self.domain, self.available = domain, tuple(available)
        super().__init__(f"expected a group of the catalog ({listed(self.available)}), but got '{domain}'")


class BadDomain(AnalysisError):
    """Refuse a group that is defined by an undeclared variable or level."""

    def __init__(self, domain: str, expected: str, arrived: object) -> None:
        self.domain, self.arrived = domain, arrived
        super().__init__(f"expected group '{domain}' to be defined by {expected}, but got {arrived!r}")


class CatalogueChanged(AnalysisError):
    """Refuse reports of one wave that define a group or a variable differently."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"expected one definition of '{name}' in all reports of a wave, but an earlier report has another"
        )


@dataclass(frozen=True, slots=True)
class Domain:
    """Define a group of people.

    Parameters
    ----------
    id
        Its name, such as ``age=18-29``.
    family
        The division it belongs to, such as ``age``; the groups of one family never overlap.
    where
        Variables and the levels that count; empty for everyone.
    """

    id: str
    family: str
    where: Where = ()

    def __post_init__(self) -> None:
        # Definitions that differ in order only are equal.
        object.__setattr__(self, "where", tuple(sorted(self.where, key=lambda condition: condition[0])))

    def holds(self, levels: Mapping[str, str]) -> bool:
        """Return whether a person with these levels belongs to the group."""
        return all(levels.get(variable) in allowed for variable, allowed in self.where)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Hold variables with their levels, and the groups made of them.

    The levels of a variable divide everyone. Where counts show that some people have no level, these people form a
    hidden group.
    """

    variables: tuple[tuple[str, tuple[str, ...]], ...]
    domains: tuple[Domain, ...]

    def __post_init__(self) -> None:
        levels = dict(self.variables)
        for domain in self.domains:
            for variable, allowed in domain.where:
                if variable not in levels:
                    raise BadDomain(domain.id, f"variables among {listed(levels)}", variable)
                if not allowed <= set(levels[variable]):
                    raise BadDomain(domain.id, f"levels among {listed(levels[variable])}", sorted(allowed))

    @classmethod
    def of(
        cls,
        variables: Mapping[str, Sequence[str]],
        *,
        crossings: Iterable[Sequence[str]] = (),
        groupings: Mapping[str, tuple[str, Mapping[str, Iterable[str]]]] | None = None,
    ) -> "Catalogue":
        """Make the groups: everyone, each level of each variable, the crossings, and groupings of a variable's levels.

        Parameters
        ----------
        variables
            Levels of each variable.
        crossings
            Variables, or families of `groupings`, whose levels are crossed into groups.
        groupings
            Name of a family -> the variable it groups, and for each group its levels.

        Examples
        --------
        >>> catalogue = Catalogue.of(
        ...     {"sex": ["w", "m"], "block": ["1", "2", "3"]},
        ...     crossings=[("sex", "block")],
        ...     groupings={"district": ("block", {"north": ["1", "2"], "south": ["3"]})},
        ... )
        >>> catalogue.ids[:4], catalogue.ids[-2:], len(catalogue.ids)
        (('everyone', 'sex=w', 'sex=m', 'block=1'), ('district=north', 'district=south'), 14)
        """
        levels = {name: tuple(found) for name, found in variables.items()}
        groups = {name: {level: (name, frozenset({level})) for level in found} for name, found in levels.items()}
        families = {
            family: {name: (variable, frozenset(members)) for name, members in found.items()}
            for family, (variable, found) in (groupings or {}).items()
        }
        known = groups | families
        domains = [Domain(EVERYONE, EVERYONE)]
        for names in [*([name] for name in levels), *crossings, *([name] for name in families)]:
            for chosen in product(*(known[name] for name in names)):
                pairs = tuple(zip(names, chosen, strict=True))
                where = tuple(known[name][level] for name, level in pairs)
                domains.append(Domain(domain_id(pairs), ", ".join(names), where))
        return cls(tuple(levels.items()), tuple(domains))

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the names of all groups."""
        return tuple(domain.id for domain in self.domains)

    def get(self, domain: str) -> Domain:
        """Return the group of that name."""
        for found in self.domains:
            if found.id == domain:
                return found
        raise UnknownDomain(domain, self.ids)

    def joined(self, earlier: "Catalogue") -> "Catalogue":
        """Return the catalog with the groups that only an earlier report covers.

        Raises
        ------
        CatalogueChanged
            When both define a name, but differently.
        """
        variables, domains = dict(self.variables), {domain.id: domain for domain in self.domains}
        for name, levels in earlier.variables:
            if set(variables.setdefault(name, levels)) != set(levels):
                raise CatalogueChanged(name)
        for domain in earlier.domains:
            if domains.setdefault(domain.id, domain) != domain:
                raise CatalogueChanged(domain.id)
        return Catalogue(tuple(variables.items()), tuple(domains.values()))

    def to_document(self) -> dict[str, object]:
        """Return the catalog as the report's document holds it."""
        return {
            "variables": {name: list(levels) for name, levels in self.variables},
            "domains": [
                {
                    "id": domain.id,
                    "family": domain.family,
                    "where": {variable: sorted(allowed) for variable, allowed in domain.where},
                }
                for domain in self.domains
            ],
        }


def domain_id(group: Group | Iterable[tuple[str, object]]) -> str:
    """Return the name of the group of an estimate: ``everyone``, ``age=18-29`` or ``age=18-29, sex=w``.

    Examples
    --------
    >>> domain_id(()), domain_id((("age", "18-29"), ("sex", "w")))
    ('everyone', 'age=18-29, sex=w')
    """
    return ", ".join(f"{name}={level}" for name, level in group) or EVERYONE


def to_catalogue(document: Mapping[str, object]) -> Catalogue:
    """Read the catalog from a report's document."""
    variables: Mapping[str, list[str]] = document["variables"]  # type: ignore[assignment]
    domains: list[dict[str, object]] = document["domains"]  # type: ignore[assignment]
    return Catalogue(
        tuple((name, tuple(levels)) for name, levels in variables.items()),
        tuple(
            Domain(
                str(found["id"]),
                str(found["family"]),
                tuple((name, frozenset(levels)) for name, levels in found["where"].items()),  # type: ignore[attr-defined]
            )
            for found in domains
        ),
    )
