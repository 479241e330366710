"""The adversary's tools: each finds some order of the responses and lays it beside the order of the residents."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.forensics.residents import STRATA, Town
from tests.services.making import make_codes, make_number_of


@dataclass(frozen=True)
class Seen:
    """A response as the adversary finds it."""

    key: bytes
    stratum: str
    number: int

    @property
    def codes(self) -> bytes:
        """Its answers as they stand in every file that holds them."""
        return make_codes(self.number)

    @property
    def spelled(self) -> bytes:
        """The same as a log of statements spells bytes."""
        return self.codes.hex().encode()


def to_seen(key: bytes, stratum: str, codes: bytes) -> Seen:
    return Seen(bytes(key), stratum, make_number_of(bytes(codes)))


def linked(town: Town, order: Sequence[Seen]) -> float:
    """The share of residents whose answer is found by laying the order beside theirs, as a whole or in each stratum."""
    whole = _hits([each.number for each in town.residents], order)
    in_strata = sum(
        _hits([each.number for each in town.of(stratum)], [seen for seen in order if seen.stratum == stratum])
        for stratum in STRATA
    )
    return max(whole, in_strata, _hits([each.number for each in town.residents], order[::-1])) / len(town.residents)


def _hits(numbers: Sequence[int], order: Sequence[Seen]) -> int:
    return sum(number == seen.number for number, seen in zip(numbers, order, strict=False))


def by_key(responses: Sequence[Seen]) -> list[Seen]:
    return sorted(responses, key=lambda seen: seen.key)


def by_place(responses: Sequence[Seen], content: bytes, what: str = "codes") -> list[Seen]:
    """In the order in which they first stand in a file; those that it does not hold come last."""
    places = {seen.key: content.find(getattr(seen, what)) for seen in responses}
    return sorted(responses, key=lambda seen: (places[seen.key] < 0, places[seen.key], seen.key))


def by_appearance(responses: Sequence[Seen], backups: Sequence[Sequence[bytes]]) -> list[Seen]:
    """Backups made one after the other: what is new in each came after what was there before."""
    first: dict[bytes, int] = {}
    for number, backup in enumerate(backups):
        for key in backup:
            first.setdefault(key, number)
    return sorted(responses, key=lambda seen: (first.get(seen.key, len(backups)), seen.key))


def by_rank(town: Town, marks: Mapping[int, bytes], ordered: Sequence[Seen], groups: Sequence[int]) -> list[Seen]:
    """Within each group that was opened together, the n-th smallest mark of a resident to the n-th response.

    `marks` are whatever random value the adversary has of each resident: the hash of her code, the key of her envelope.
    """
    found: dict[int, Seen] = {}
    for stratum in STRATA:
        people = iter(town.of(stratum))
        seen_here = iter([seen for seen in ordered if seen.stratum == stratum])
        for size in groups:
            group = list(itertools.islice(people, size))
            answers = list(itertools.islice(seen_here, size))
            ranked = sorted(group, key=lambda each: marks[each.place])
            found |= {each.place: seen for each, seen in zip(ranked, answers, strict=False)}
    return [found[place] for place in sorted(found)]


def frames(journal: bytes) -> list[tuple[int, bytes]]:
    """The pages of an SQLite WAL in the order in which they were written: page number and content."""
    if len(journal) < 32:
        return []
    page_size = struct.unpack(">I", journal[8:12])[0]
    size = 24 + page_size
    starts = range(32, len(journal) - size + 1, size)
    return [(struct.unpack(">I", journal[at : at + 4])[0], journal[at + 24 : at + size]) for at in starts]


WAL_PAGE, LONG_HEADER, HEADER = 8192, 40, 24  # PostgreSQL's: the first page of a segment has the longer header


def postgres_log(segments: Sequence[bytes]) -> bytes:
    """The records of PostgreSQL's WAL as one run of bytes, without the page headers that cut through them."""
    return b"".join(
        segment[at + (LONG_HEADER if at == 0 else HEADER) : at + WAL_PAGE]
        for segment in segments
        for at in range(0, len(segment), WAL_PAGE)
    )


def with_headers(place: int, segment_size: int) -> int:
    """Where a byte of `postgres_log` stands in the files themselves."""
    in_segment = segment_size - (LONG_HEADER - HEADER) - segment_size // WAL_PAGE * HEADER
    segment, rest = divmod(place, in_segment)
    page, byte = divmod(rest + (LONG_HEADER - HEADER), WAL_PAGE - HEADER)
    return segment * segment_size + page * WAL_PAGE + HEADER + byte
