"""Count every number of a scorecard again from downloaded files, with nothing but csv, json and arithmetic.

The folder holds `entries-*.csv` (all entries of the registers, from the console), `table-*.csv` (the tables that were
loaded), `answers-*.csv` (what staff and partners sent), `report-*.json` (the published reports) and `scorecard.csv`.
`python tests/journeys/year/recount.py FOLDER` lists every number that does not follow from them.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

Row = dict[str, str]
Key = tuple[str, str, str, str, str]  # figure, agency, period, breakdown, level
Pair = tuple[float, float]
FEWEST, BASE = 10, 5  # people below are hidden, other numbers rounded
SHARES = {"1.1", "1.2a", "1.2b", "1.2d", "1.3a", "2.1a", "2.1b", "3.1a", "4.1", "4.2", "4c", "5.1", "5.2", "5.3m",
          "5.3d", "3w", "4e", "5c", "3f", "3h"}  # fmt: skip
STAFF_ITEMS = {"open_about_results": "S5", "safe_to_report": "S6", "time_to_evaluate": "S7", "interpreter": "S8",
               "represented": "P1", "2.1c": "P2", "equal_partner": "P3", "data_without_request": "P5"}  # fmt: skip
STAGES = {"in_planning": "1", "in_policy": "2", "in_practice": "3"}


def recount(folder: Path) -> tuple[list[str], int]:
    """Return what is wrong, and how many rows of the scorecard follow from the files."""
    rows = read(folder / "scorecard.csv")
    truth = {**dict(typed(folder)), **dict(registered(folder))}
    answers = dict(answered(folder))
    quoted = reported(folder)
    wrong, seen = [], set()
    for row in rows:
        key = (row["figure"], row["agency"], row["period"], row["breakdown"], row["level"])
        seen.add(key)
        if row["figure"] == "1.4":
            problem = staffing(row, folder)
        elif row["basis"] == "asked":
            problem = of_answers(row, answers)
        elif row["basis"] in ("came", "drawn"):
            problem = of_report(row, quoted)
        elif row["unit"] in ("dollars per resident", "dollars") and row["denominator"] == "" and not row["withheld"]:
            problem = amount(row, truth, folder)
        else:
            problem = of_counts(row, key, truth, rows)
        wrong += [f"{' '.join(key)}: {problem}"] if problem else []
    wrong += [f"{' '.join(key)}: not on the scorecard" for key in truth if key not in seen]
    return wrong, len(rows)


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- what the entries say


def typed(folder: Path) -> Iterator[tuple[Key, Pair]]:
    for row in read(folder / "table-measures.csv"):
        key = (row["measure"], row["agency"], row["period"], row["breakdown"], row["level"])
        yield key, (float(row["numerator"]), float(row["denominator"]))


def registered(folder: Path) -> Iterator[tuple[Key, Pair]]:
    def of(name: str) -> list[Row]:
        return read(folder / f"entries-{name}.csv")

    for (figure, agency, period), pair in (
        *meetings(of("meetings"), of("groups")), *joint(of("organizations"), [*of("meetings"), *of("improvements")]),
        *commitments(of("commitments")), *funds(of("funds")), *cohorts(of("cohorts")),
        *requests(of("requests"), len(of("organizations"))), *improvements(of("improvements")),
    ):  # fmt: skip
        if pair[1]:
            yield (figure, agency, period, "", ""), pair
    for (agency, year), rows in grouped(of("funds"), lambda row: row["year"]):
        spent = sum(number(row["spent"]) for row in rows)
        for source in sorted({row["source"] for row in rows}):
            part = sum(number(row["spent"]) for row in rows if row["source"] == source)
            yield ("3.1b", agency, year, "source", source), (part, spent)
        for breakdown, level, pair in funnel([row for row in rows if row["eligible"] == "yes"]):
            yield ("3.1a", agency, year, breakdown, level), pair


Found = Iterator[tuple[tuple[str, str, str], Pair]]


def grouped(rows: Iterable[Row], period) -> list[tuple[tuple[str, str], list[Row]]]:  # type: ignore[no-untyped-def]
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["agency"], period(row)].append(row)
    return list(found.items())


def number(text: str) -> float:
    return float(text or 0)


def split(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def meetings(rows: list[Row], groups: list[Row]) -> Found:
    kinds = {row["entry"]: row["kind"] for row in groups}
    seats = sum(number(row["seats"]) for row in groups)
    for (agency, quarter), held in grouped(rows, lambda row: f"{row['day'][:4]}-Q{(int(row['day'][5:7]) + 2) // 3}"):
        taken: Counter[str] = Counter()
        for row in held:
            for part in split(row["attendance"]):
                group, _, count = part.partition("=")
                taken[kinds[group]] += int(count)
        yield ("2.1a", agency, quarter), (sum(taken.values()), seats * len(held))
        yield ("2.1b", agency, quarter), (taken["survivors"] + taken["community"], sum(taken.values()))


def joint(organizations: list[Row], held: list[Row]) -> Found:
    activities: dict[str, Counter[str]] = defaultdict(Counter)
    for row in held:
        half = f"{row['day'][:4]}-H{1 if row['day'][5:7] <= '06' else 2}"
        activities[half].update(set(split(row["organizations"])))
    for half, counts in activities.items():
        active = sum(counts[row["entry"]] >= 2 for row in organizations)
        yield ("5.1", organizations[0]["agency"], half), (active, len(organizations))


def commitments(rows: list[Row]) -> Found:
    for (agency, year), due in grouped(rows, lambda row: row["by"][:4]):
        yield ("5c", agency, year), (sum(row["state"] == "kept" for row in due), len(due))


def funds(rows: list[Row]) -> Found:
    def add(name: str, some: list[Row]) -> float:
        return sum(number(row[name]) for row in some)

    for (agency, year), all_of in grouped(rows, lambda row: row["year"]):
        eligible = [row for row in all_of if row["eligible"] == "yes"]
        asked = [row for row in all_of if row["waiver"]]
        flexible = [row for row in all_of if row["flexible"] == "yes"]
        spent = add("spent", all_of)
        yield ("3.1a", agency, year), (sum(row["stage"] != "found" for row in eligible), len(eligible))
        yield ("3h", agency, year), (sum(row["high_utilizers"] == "yes" for row in eligible), len(eligible))
        yield ("3w", agency, year), (sum(row["waiver"] == "granted" for row in asked), len(asked))
        yield ("3f", agency, year), (add("spent", [x for x in flexible if x["flexible_use"]]), add("spent", flexible))
        yield ("5.2", agency, year), (add("paid", all_of), spent)
        yield ("4e", agency, year), (add("evaluation", all_of), spent)
        yield ("3.1b", agency, year), (spent, spent)


def funnel(rows: list[Row]) -> Iterator[tuple[str, str, Pair]]:
    """Yield the streams of each source that someone looked into, and those that came as far as each stage."""
    for source in {row["source"] for row in rows}:
        own = [row for row in rows if row["source"] == source]
        yield "source", source, (sum(row["stage"] != "found" for row in own), len(own))
    came = {"assessed": {"found"}, "applied": {"found", "assessed"}, "won": {"found", "assessed", "applied", "refused"}}
    for stage, before in came.items():
        yield "stage", stage, (sum(row["stage"] not in before for row in rows), len(rows))


def cohorts(rows: list[Row]) -> Found:
    for (agency, year), some in grouped(rows, lambda row: row["year"]):
        cost, months = (sum(number(row[name]) for row in some) for name in ("cost_after", "months_after"))
        kept = round(months, -1)
        yield ("3.2", agency, year), (round(cost / months) * kept, kept)


def requests(rows: list[Row], mapped: int) -> Found:
    by_partners = [row for row in rows if row["organization"]]
    for (agency, year), asked in grouped(by_partners, lambda row: row["asked"][:4]):
        formal = [row for row in asked if row["formal"] == "yes"]
        given = [row for row in asked if row["formal"] == "no" and row["outcome"] == "given" and in_time(row)]
        denied = [row for row in formal if row["outcome"] == "refused" or row["appealed"] == "yes"]
        yield ("5.3", agency, year), (len(formal), mapped)
        yield ("5.3m", agency, year), (len(given), len(asked))
        yield ("5.3d", agency, year), (len(denied), len(formal))


def in_time(row: Row) -> bool:
    asked, answered = date.fromisoformat(row["asked"]), date.fromisoformat(row["answered"])
    days = (asked + timedelta(days=day) for day in range(1, (answered - asked).days + 1))
    return sum(day.isoweekday() <= 5 for day in days) <= 20


def improvements(rows: list[Row]) -> Found:
    for (agency, year), held in grouped(rows, lambda row: row["day"][:4]):
        closed = [row for row in held if row["closed"] == "yes"]
        agreed = sum(row["agreed"] == "yes" for row in held)
        yield ("4.1", agency, year), (sum(bool(row["report"]) for row in held), agreed)
        failed = [row for row in closed if row["did_not_work"]]
        yield ("4.2", agency, year), (len(failed), len(closed))
        yield ("4c", agency, year), (sum(bool(row["changed"]) for row in failed), len(failed))


# --- one row of the scorecard


def of_counts(row: Row, key: Key, truth: dict[Key, Pair], rows: list[Row]) -> str:
    """Return what is wrong with a count: of an agency, or the sum of those that are shown."""
    figure, agency, period = key[:3]
    if not agency:
        own = [x for x in rows if (x["figure"], x["period"], x["breakdown"]) == (figure, period, "") and x["agency"]]
        shown = [x for x in own if not x["withheld"]]
        pair = tuple(sum(number(x[name]) for x in shown) for name in ("numerator", "denominator"))
        rounding = BASE / 2 * len(shown)
    elif key in truth:
        pair, rounding = truth[key], BASE / 2
    else:
        return "no entry"
    met, whole = pair
    people = figure in ("1.1", "1.2b", "1.3a", "2.1b")
    if row["withheld"]:
        needed = protects(met, whole) or beside_hidden(row, rows)
        return "" if people and needed else f"hidden without need ({met:g} of {whole:g})"
    if people and agency and min(met, whole - met) < FEWEST and "at_" not in row["flags"]:
        return f"shows {met:g} of {whole:g} people"
    if figure == "2.1a" and agency:
        met = nearest(met)
    if people and agency:
        met, whole = nearest(met), nearest(whole)
    if (number(row["numerator"]), number(row["denominator"])) != (met, whole):
        return f"expected {met:g} of {whole:g}, found {row['numerator']} of {row['denominator']}"
    return of_value(row, met, whole, truth, rounding if people else 0.0)


def beside_hidden(row: Row, rows: list[Row]) -> bool:
    """Return whether another group of the same figure is hidden, which this one would show by subtraction."""
    same = ("figure", "agency", "period")
    others = [x for x in rows if all(x[name] == row[name] for name in same) and x["level"] != row["level"]]
    return row["withheld"] == "protects_another" and any(x["withheld"] for x in others)


def protects(met: float, whole: float) -> bool:
    return min(met, whole - met, whole) < FEWEST or whole < 2 * FEWEST


def nearest(count: float) -> float:
    return math.floor(count / BASE + 0.5) * BASE


def of_value(row: Row, met: float, whole: float, truth: dict[Key, Pair], rounding: float) -> str:
    value = float(row["value"])
    if row["figure"] == "3.1b":
        if row["breakdown"]:
            return "" if abs(value - 100 * met / whole) < 1e-6 else f"value {value} of {met / whole}"
        parts = [p[0] for k, p in truth.items() if (k[0], k[1], k[2], k[3]) == ("3.1b", *row_place(row), "source")]
        expected = sum(parts) ** 2 / sum(part**2 for part in parts)
    else:
        expected = met / whole * (100 if row["figure"] in SHARES else 1)
    if rounding and "at_" in row["flags"]:
        return ""
    if rounding:
        low, high = float(row["low"]), float(row["high"])
        reach = 100 * (met - rounding) / (whole + rounding), 100 * (met + rounding) / (whole - rounding)
        if not (low <= expected <= high and reach[0] - 1 <= low and high <= reach[1] + 1):
            return f"{low} to {high} is not the rounding of {met:g} of {whole:g}"
    return "" if abs(value - expected) <= (0.5 if rounding else 0.06) else f"expected {expected:.3f}, found {value}"


def row_place(row: Row) -> tuple[str, str]:
    return row["agency"], row["period"]


def amount(row: Row, truth: dict[Key, Pair], folder: Path) -> str:
    """Return what is wrong with an amount of money: in all, or for each resident."""
    figure = {"5.2t": "5.2", "5.2r": "5.2", "4et": "4e"}[row["figure"]]
    pairs = [p for k, p in truth.items() if k[0] == figure and k[2] == row["period"] and row["agency"] in ("", k[1])]
    money = sum(pair[0] for pair in pairs)
    if number(row["numerator"]) != money:
        return f"expected {money:g} dollars, found {row['numerator']}"
    if row["figure"] == "5.2r":
        people: Counter[str] = Counter()
        for each in read(folder / "table-population.csv"):
            people[each["variable"]] += int(each["count"])
        money /= max(people.values())
    return "" if abs(float(row["value"]) - money) < 0.06 else f"expected {money:.2f}, found {row['value']}"


def answered(folder: Path) -> Iterator[tuple[tuple[str, str], list[float]]]:
    """Yield 1 or 0 for each person who answered, by figure and agency."""
    for path in sorted(folder.glob("answers-*.csv")):
        rows = read(path)
        agency = rows[0]["agency"]
        if "S1" in rows[0]:
            yield ("trained", agency), [float(row["S1"] == "1") for row in rows if row["S1"]]
            yield ("1.3b", agency), [float("1" in (row["S3"], row["S4"])) for row in rows]
        for figure, item in STAFF_ITEMS.items():
            if item in rows[0]:
                yield (figure, agency), [float(row[item] in ("4", "5")) for row in rows if row[item]]
        for figure, stage in STAGES.items():
            if "P4" in rows[0]:
                yield (figure, agency), [float(row["P4"] == stage) for row in rows if row["P4"]]


def of_answers(row: Row, answers: dict[tuple[str, str], list[float]]) -> str:
    found = answers.get((row["figure"], row["agency"]))
    if found is None:
        return "no answers"
    share, value = 100 * sum(found) / len(found), row["value"]
    if row["withheld"]:
        return "" if protects(sum(found), len(found)) else f"hidden without need ({share:.0f} %)"
    if "step" in row["flags"]:
        return "" if float(row["low"]) <= share <= float(row["high"]) else f"{share} is outside its step"
    if nearest(len(found)) != number(row["denominator"]):
        return f"expected {len(found)} answers, found {row['denominator']}"
    if "at_" in row["flags"]:
        return "" if (share <= float(value)) == ("at_most" in row["flags"]) else f"{share} is beyond its bound"
    within = float(row["low"]) <= share <= float(row["high"])
    return "" if within and abs(float(value) - share) <= 2.5 else f"expected {share:.1f}, found {value}"


def reported(folder: Path) -> list[tuple[float, int]]:
    """Return value and number of answers of every cell of the reports, wherever it stands."""

    def walk(node: object) -> Iterator[tuple[float, int]]:
        if isinstance(node, dict):
            if node.get("shown") is True and isinstance(node.get("value"), (int, float)):
                yield (round(float(node["value"]), 4), node.get("n", 0))
            for each in node.values():
                yield from walk(each)
        elif isinstance(node, list):
            for each in node:
                yield from walk(each)

    paths = sorted(folder.glob("report-*.json"))
    return [cell for path in paths for cell in walk(json.loads(path.read_text("utf-8")))]


def of_report(row: Row, quoted: list[tuple[float, int]]) -> str:
    if row["withheld"]:
        return ""
    cell = (round(float(row["value"]), 4), int(float(row["denominator"] or 0)))
    return "" if cell in quoted else f"no report says {cell}"


def staffing(row: Row, folder: Path) -> str:
    """Return what is wrong with a comparison of staff and residents by one variable."""
    variable = row["breakdown"].partition(", ")[2]
    if row["withheld"]:
        return ""
    everyone = {
        each["level"]: int(each["count"])
        for each in read(folder / "table-staffing.csv")
        if (each["agency"], each["variable"]) == (row["agency"], variable)
    }
    staff = {level: count for level, count in everyone.items() if level != "unknown"}
    if row["denominator"] and number(row["denominator"]) != nearest(sum(everyone.values())):
        return f"expected {sum(everyone.values())} staff, found {row['denominator']}"
    people = {
        each["level"]: int(each["count"])
        for each in read(folder / "table-population.csv")
        if each["variable"] == variable
    }
    kept = {level: nearest(count) for level, count in staff.items() if count >= FEWEST}
    counts = {level: 100 * count / sum(kept.values()) for level, count in kept.items()}
    lived = {level: 100 * count / sum(people.values()) for level, count in people.items()}
    if set(counts) != set(lived):
        return ""  # groups too small to show are taken together
    whole, level = sum(kept.values()), row["level"]
    expected = {
        "points": sum(min(counts[each], lived[each]) for each in counts),
        "percent of staff": counts.get(level, 0.0),
        "percent of residents": lived.get(level, 0.0),
        "gap in points": counts.get(level, 0.0) - lived.get(level, 0.0),
        "ratio": counts.get(level, 0.0) / lived.get(level, 1.0),
        "people": whole * (lived.get(level, 0.0) - counts.get(level, 0.0)) / 100,
    }[row["unit"]]
    near = {"ratio": 0.02, "people": 1.5}.get(row["unit"], 0.15)
    return "" if abs(float(row["value"]) - expected) <= near else f"expected {expected:.2f}, found {row['value']}"


if __name__ == "__main__":
    found, of = recount(Path(sys.argv[1]))
    print("\n".join(found) or f"All {of} numbers follow.")
    sys.exit(1 if found else 0)
