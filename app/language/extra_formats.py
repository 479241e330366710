"""Format dates and lists in languages that Babel does not know, or gives in the words of another language."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class OwnFormats:
    """Hold the date patterns and joining words of a language.

    `date` and `month` have the placeholders `{day}`, `{month}` and `{year}`; `last` precedes the last item of a list.
    """

    months: tuple[str, ...]
    date: str
    month: str
    last: str

    def write_date(self, day: datetime.date) -> str:
        return self._fill(self.date, day)

    def write_month(self, day: datetime.date) -> str:
        return self._fill(self.month, day)

    def write_range(self, first: datetime.date, last: datetime.date) -> str:
        days = dict.fromkeys((self.write_date(first), self.write_date(last)))
        return "\u2009\u2013\u2009".join(days)

    def write_list(self, items: Sequence[str]) -> str:
        return self.last.join(filter(None, (", ".join(items[:-1]), *items[-1:])))

    def _fill(self, pattern: str, day: datetime.date) -> str:
        return pattern.format(day=day.day, month=self.months[day.month - 1], year=day.year)


OWN_FORMATS: Mapping[str, OwnFormats] = {
    # The word for month changes its tone after some numbers: `ib hlis`, but `rau hli`.
    "mww": OwnFormats(
        months=(
            "Ib Hlis", "Ob Hlis", "Peb Hlis", "Plaub Hlis", "Tsib Hlis", "Rau Hli",
            "Xya Hli", "Yim Hli", "Cuaj Hlis", "Kaum Hli", "Kaum Ib Hlis", "Kaum Ob Hlis",
        ),
        date="{month} tim {day}, {year}",
        month="{month} {year}",
        last=" thiab ",
    ),
    # Babel writes Haitian Creole with French months and a French "and".
    "ht": OwnFormats(
        months=(
            "janvye", "fevriye", "mas", "avril", "me", "jen",
            "jiyè", "out", "septanm", "oktòb", "novanm", "desanm",
        ),
        date="{day} {month} {year}",
        month="{month} {year}",
        last=" ak ",
    ),
}  # fmt: skip

# Countries of the benchmarks in languages that have no locale data.
OWN_COUNTRIES: Mapping[str, Mapping[str, str]] = {
    "ht": {
        "CA": "Kanada", "CH": "Swis", "GB": "Wayòm Ini", "IE": "Ilann", "NL": "Peyiba", "NO": "Nòvèj", "US": "Etazini",
    },
    "mww": {
        "CA": "Teb Chaws Khaas Nas Das", "CH": "Teb Chaws Suv Xas", "GB": "Teb Chaws As Kiv",
        "IE": "Teb Chaws Ais Lees", "NL": "Teb Chaws Nev Thaws Lees", "NO": "Teb Chaws Naus Vev",
        "US": "Teb Chaws As Mes Lis Kas",
    },
}  # fmt: skip
