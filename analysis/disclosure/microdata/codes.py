"""List the codes outside every scale, with the same numbers as in the answers."""

from collections.abc import Mapping

NO_ANSWER = -5  # asked, left empty
SUPPRESSED = -6  # suppressed so that no one is recognized; in key variables also a missing answer
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
