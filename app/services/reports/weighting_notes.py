"""Write what the weighting of a draft merges or leaves out, for the operator who previews it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.disclosure import DraftReport

SUFFIX = ".method"
NOTES: Mapping[str, str] = {
    "merged": "too few people answered, so these groups are weighted together: {}",
    "unused": "too few people answered to weight by: {}",
    "dropped": "not all targets can be met together, so the weighting leaves out: {}",
    "untold": "people who did not say it are weighted with the largest group: {}",
    "unlisted": "the number of addresses on the list is not known for: {}",
}
NOT_RANDOM = (
    "the plan declares no list and no selection (`protocol`), so the report gives a likely range and no margin of "
    "sampling error"
)


def find_weighting_notes(draft: DraftReport) -> Iterator[str]:
    """Yield one sentence for each source and fact, beginning with the source."""
    for section in draft.sections:
        if not section.name.endswith(SUFFIX):
            continue
        source = section.name.removesuffix(SUFFIX)
        facts = {fact.name: str(fact.value) for fact in section.facts}
        for name, sentence in NOTES.items():
            if name in facts:
                yield f"{source}: {sentence.format(facts[name] or 'the whole sample')}"
        if source == "address-sample" and facts.get("probability") == "no":
            yield f"{source}: {NOT_RANDOM}"
