"""The codes that stand apart from every scale: one table for the gate, the same numbers as in the answers."""

from collections.abc import Mapping

NO_ANSWER = -5  # asked, left empty
SUPPRESSED = -6  # taken out so that nobody is recognised; in key variables also what was not told
PREFER_NOT = -7
DONT_KNOW = -8
NOT_ASKED = -9

MISSING: Mapping[int, str] = {
    NO_ANSWER: "no answer",
    SUPPRESSED: "suppressed for confidentiality",
    PREFER_NOT: "prefer not to answer",
    DONT_KNOW: "don't know",
    NOT_ASKED: "not asked",
}
