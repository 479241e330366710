"""Define in one table what each role of the staff may do. `Member` also checks for which agencies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.errors import Refused
from app.records.staff import AGENCY, OPERATOR, ORGANIZATION, REVIEWER, ROLES, TRANSLATOR, StaffMember

EVERYBODY = frozenset({*ROLES, ORGANIZATION})

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "look around": EVERYBODY,
    "keep an account": EVERYBODY,
    "keep communities": frozenset({OPERATOR}),
    "plan waves": frozenset({OPERATOR}),
    "see waves": frozenset({OPERATOR, AGENCY}),
    "run waves": frozenset({OPERATOR}),
    "see fieldwork": frozenset({OPERATOR, AGENCY}),
    "make codes": frozenset({OPERATOR}),
    "load population": frozenset({OPERATOR}),
    "load staffing": frozenset({OPERATOR, AGENCY}),
    "load measures": frozenset({OPERATOR, AGENCY}),
    "keep scorecards": frozenset({OPERATOR}),
    "keep registers": frozenset({OPERATOR, AGENCY}),
    "see registers": frozenset({OPERATOR, AGENCY, ORGANIZATION}),
    "reply to entries": frozenset({OPERATOR, ORGANIZATION}),
    "decide comments": frozenset({OPERATOR, REVIEWER}),
    "see drafts": frozenset({OPERATOR, AGENCY, ORGANIZATION}),
    "publish reports": frozenset({OPERATOR}),
    "publish data": frozenset({OPERATOR}),
    "open desks": frozenset({OPERATOR}),
    "see translations": frozenset({OPERATOR, TRANSLATOR}),
    "decide requests": frozenset({REVIEWER}),
    "keep keys": frozenset({OPERATOR, AGENCY}),
    "keep staff": frozenset({OPERATOR}),
    "read the audit log": frozenset({OPERATOR}),
}


class NotAllowed(Refused):
    def __init__(self, role: str, permission: str) -> None:
        self.role, self.permission = role, permission
        super().__init__(
            f"People with the role {role} do not have access to this page or step. Choose another place in the menu, "
            "or ask an operator for a role that fits your work."
        )


@dataclass(frozen=True)
class Member:
    """Hold the signed-in member.

    `agencies` lists `community/agency`, and matters only for the role agency; `organization` is
    `community/organization` for the role organization.
    """

    id: int
    name: str
    role: str
    agencies: frozenset[str]
    organization: str = ""

    @classmethod
    def of(cls, row: StaffMember) -> Member:
        assert row.id is not None
        role = ORGANIZATION if row.organization else row.role
        return cls(row.id, row.name, role, frozenset(row.agencies), row.organization)

    @property
    def is_bound(self) -> bool:
        """Return whether this person is limited to some agencies, or to an organization without any."""
        return self.role in (AGENCY, ORGANIZATION)

    def agencies_in(self, community: str) -> frozenset[str] | None:
        """Return the agencies of a community for which this person may enter; None for all of them."""
        if not self.is_bound:
            return None
        pairs = (each.partition("/") for each in self.agencies)
        return frozenset(agency for place, _, agency in pairs if place == community)

    @property
    def communities(self) -> list[str]:
        """Return the communities of the member's agencies or organization."""
        return sorted({each.partition("/")[0] for each in (*self.agencies, self.organization) if each})

    def belongs_to(self, community: str) -> bool:
        """Return whether this person may see the work of a community."""
        return not self.is_bound or community in self.communities

    def may(self, permission: str) -> bool:
        return self.role in PERMISSIONS[permission]

    def check_may(self, permission: str) -> None:
        if not self.may(permission):
            raise NotAllowed(self.role, permission)

    def answers_for(self, agencies: Collection[str]) -> bool:
        """Return whether this person may handle data about any of `agencies`."""
        return not self.is_bound or not self.agencies.isdisjoint(agencies)

    def answers_for_all(self, agencies: Collection[str]) -> bool:
        """Return whether this person may handle data about all of `agencies`."""
        return not self.is_bound or self.agencies.issuperset(agencies)
