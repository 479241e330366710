"""Attack published documents with knowledge of the rules alone. The attacker shares no code with the auditor."""

import json
import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Protocol

import numpy as np
from scipy.optimize import linprog

Document = dict[str, Any]


class Readable(Protocol):
    """Anything that was published."""

    @property
    def content(self) -> bytes: ...


class Attacker:
    """Writes down each person of the full crossing as an unknown and asks how many there are in a hidden group."""

    def __init__(self, reports: Sequence[Readable]) -> None:
        self.documents: list[Document] = [json.loads(report.content) for report in reports]
        catalogue = self.documents[0]["catalogue"]
        self.names = list(catalogue["variables"])
        self.cells = list(product(*catalogue["variables"].values()))
        self.wheres = {domain["id"]: domain["where"] for domain in catalogue["domains"]}
        self.facts = list(self._facts())
        self.blocks = sorted({(data, base) for data, base, _, _, _ in self.facts})
        self.rows: list[np.ndarray] = []
        self.bounds: list[float] = []
        for data, base, domain, low, high in self.facts:
            self._learn(self._people((data, base), domain), low, high)
        for small, large in self._smaller():
            for k in range(len(self.cells)):
                row = np.zeros(len(self.blocks) * len(self.cells))
                row[self._start(small) + k], row[self._start(large) + k] = 1.0, -1.0
                self._learn(row, -math.inf, 0.0)
        self.matrix, self.limit = np.array(self.rows), np.array(self.bounds)

    def _facts(self) -> Iterator[tuple[str, str, str, float, float]]:
        for document in self.documents:
            for section in document["sections"]:
                for table in section["tables"]:
                    for row in table["rows"]:
                        yield document["data"], row["base"], row["domain"], *self._says(table, row["cell"], document)

    @staticmethod
    def _says(table: Document, cell: Document, document: Document) -> tuple[float, float]:
        least = document["rules"]["count_threshold" if table["kind"] == "count" else "score_minimum"]
        if not cell["shown"]:
            return (0, least - 1) if cell["reason"] == "too_few" else (least, math.inf)
        low, high = max(least, cell["n"] - 2), cell["n"] + 2
        if table["kind"] != "count":
            many = document["rules"]["score_unflagged"]
            low, high = (low, min(high, many - 1)) if "few_answers" in cell["flags"] else (max(low, many), high)
            low = max(low, cell["n_effective"] - 2)
        return low, high

    def _start(self, block: tuple[str, str]) -> int:
        return self.blocks.index(block) * len(self.cells)

    def _people(self, block: tuple[str, str], domain: str) -> np.ndarray:
        row = np.zeros(len(self.blocks) * len(self.cells))
        row[self._start(block) :][: len(self.cells)] = self.indicator(domain)
        return row

    def indicator(self, domain: str) -> np.ndarray:
        """Which cells of the full crossing a group consists of."""
        where = self.wheres[domain]
        return np.array(
            [
                float(all(level in where.get(name, [level]) for name, level in zip(self.names, cell, strict=True)))
                for cell in self.cells
            ]
        )

    def _learn(self, row: np.ndarray, low: float, high: float) -> None:
        if high < math.inf:
            self.rows.append(row)
            self.bounds.append(high)
        if low > -math.inf:
            self.rows.append(-row)
            self.bounds.append(-low)

    def _smaller(self) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
        states = list(dict.fromkeys(document["data"] for document in self.documents))
        for data, base in self.blocks:
            if base != "all":
                yield (data, base), (data, "all")
            later = states[states.index(data) + 1 :]
            if later:
                yield (data, base), (later[0], base)

    def range_of(self, data: str, base: str, domain: str, *, is_member: bool) -> tuple[int, int]:
        """Between which whole numbers the size of a group must lie."""
        aim = self._people((data, base), domain)
        ends = []
        for sign in (1, -1):
            found = linprog(sign * aim, A_ub=self.matrix, b_ub=self.limit, bounds=(0, None), method="highs")
            ends.append(math.inf if found.status == 3 else sign * found.fun)
        low, high = ends
        return max(math.ceil(low - 1e-6), int(is_member)), int(min(math.floor(min(high, 1e9) + 1e-6), 10**9))

    def shown_estimates(self, data: str, base: str) -> list[str]:
        """Groups whose figure in a base some document shows."""
        return sorted(
            {
                row["domain"]
                for document in self.documents
                if document["data"] == data
                for section in document["sections"]
                for table in section["tables"]
                for row in table["rows"]
                if table["kind"] != "count" and row["base"] == base and row["cell"]["shown"]
            }
        )

    def can_compute(self, data: str, base: str, domain: str) -> bool:
        """Whether the figure of a group is a linear combination of published figures."""
        shown = self.shown_estimates(data, base)
        if not shown:
            return False
        rows = np.array([self.indicator(group) for group in shown])
        aim = self.indicator(domain)
        combination = np.linalg.lstsq(rows.T, aim, rcond=None)[0]
        return bool(np.abs(rows.T @ combination - aim).max() < 1e-6)
