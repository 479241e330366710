"""What each role of the staff may do: one table. Whose data it is about is asked of `Member` besides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.errors import Refused
from app.records.staff import AGENCY, OPERATOR, REVIEWER, ROLES, TRANSLATOR, StaffMember

EVERYBODY = frozenset(ROLES)

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
        super().__init__(f"Expected somebody who may {permission}, got a member of staff with the role {role}.")


@dataclass(frozen=True)
class Member:
    """Who is signed in. `agencies` are `community/agency`, and matter for the role agency alone."""

    id: int
    name: str
    role: str
    agencies: frozenset[str]

    @classmethod
    def of(cls, row: StaffMember) -> Member:
        assert row.id is not None
        return cls(row.id, row.name, row.role, frozenset(row.agencies))

    @property
    def is_bound(self) -> bool:
        """Whether only some agencies are this person's business."""
        return self.role == AGENCY

    def may(self, permission: str) -> bool:
        return self.role in PERMISSIONS[permission]

    def check_may(self, permission: str) -> None:
        if not self.may(permission):
            raise NotAllowed(self.role, permission)

    def answers_for(self, agencies: Collection[str]) -> bool:
        """Whether what tells of `agencies` is this person's business."""
        return not self.is_bound or not self.agencies.isdisjoint(agencies)

    def answers_for_all(self, agencies: Collection[str]) -> bool:
        """Whether none of `agencies` is somebody else's."""
        return not self.is_bound or self.agencies.issuperset(agencies)
