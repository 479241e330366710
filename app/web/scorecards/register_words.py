"""The words of registers for readers: one label for each public field, and the words of its options."""

from __future__ import annotations

from collections.abc import Mapping

from app.language.extraction import mark

# Register -> the field that titles an entry.
TITLE_FIELDS: Mapping[str, str] = {
    "commitments": "what",
    "meetings": "title",
    "improvements": "title",
    "groups": "name",
    "organizations": "name",
    "funds": "name",
    "cohorts": "name",
    "requests": "topic",
}
TITLES: Mapping[str, str] = {
    "commitments": mark("Commitments"),
    "meetings": mark("Meetings"),
    "improvements": mark("Projects and results"),
    "groups": mark("Groups and seats"),
    "organizations": mark("Community organizations"),
    "funds": mark("Funds"),
    "cohorts": mark("People who use several systems most"),
    "requests": mark("Requests for data"),
    "comments": mark("Comment"),
}
LABELS: Mapping[str, str] = {
    "agency": mark("agency"),
    "after": mark("After"),
    "promised": mark("promised"),
    "by": mark("To be done by"),
    "state": mark("State"),
    "proof": mark("Proof"),
    "because": mark("Not kept, because"),
    "limits": mark("Limits of the agency"),
    "kind": mark("kind"),
    "seats": mark("Seats"),
    "asked_whom": mark("How the group chose who speaks for it"),
    "tried": mark("Attempts to fill empty seats"),
    "existing": mark("Part of an existing body"),
    "day": mark("Day"),
    "decided": mark("Decided"),
    "tensions": mark("Tensions and barriers"),
    "minutes": mark("Minutes"),
    "minutes_in": mark("Minutes"),
    "year": mark("Year"),
    "source": mark("source"),
    "stage": mark("stage"),
    "amount": mark("Amount"),
    "spent": mark("Spent"),
    "paid": mark("Money for community organizations"),
    "evaluation": mark("Money for evaluation"),
    "pays_for": mark("Pays for"),
    "braided": mark("Combined with"),
    "flexible": mark("Flexible"),
    "flexible_use": mark("Why it is used there"),
    "high_utilizers": mark("People who use several systems most"),
    "barrier": mark("Rule that stands in the way"),
    "waiver": mark("Waiver"),
    "elsewhere": mark("Attempts of other places"),
    "chosen": mark("How both groups were chosen"),
    "asked": mark("requested"),
    "formal": mark("Formal request"),
    "outcome": mark("Answer"),
    "days": mark("Working days until the answer"),
    "reason": mark("Refused, because"),
    "data": mark("Data that was given"),
    "hours": mark("Hours of work set aside"),
    "worked": mark("Successes"),
    "did_not_work": mark("Failures"),
    "changed": mark("Work that continues after the failure"),
    "report": mark("Its report"),
    "publication": mark("Publication"),
}
OPTIONS: Mapping[str, str] = {
    "yes": mark("Yes"),
    "no": mark("No"),
    "under way": mark("under way"),
    "kept": mark("kept"),
    "not kept": mark("not kept"),
    "promised": mark("promised"),
    "survivors": mark("survivors"),
    "community": mark("community members"),
    "agencies": mark("agencies"),
    "others": mark("others"),
    "federal": mark("federal"),
    "state": mark("state"),
    "city": mark("city"),
    "gifts": mark("gifts"),
    "found": mark("found"),
    "assessed": mark("looked into"),
    "applied": mark("applied for"),
    "won": mark("won"),
    "refused": mark("refused"),
    "requested": mark("requested"),
    "granted": mark("granted"),
    "waiting": mark("waiting"),
    "given": mark("given"),
    "in part": mark("given in part"),
    "confirmed": mark("confirmed"),
    "disputed": mark("Dispute"),
    "comment": mark("Comment"),
    "dispute": mark("Dispute"),
    "ask": mark("Requests for data"),
}
# Fields with another name in one register than their label's.
OTHER_LABELS: Mapping[tuple[str, str], str] = {("groups", "asked"): "asked_whom"}
REGRESSION = mark(
    "Very high costs fall without any program, because an ordinary year follows a bad one. The comparison group shows "
    "this fall, and the difference is what is left."
)
