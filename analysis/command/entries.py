"""The reports of the commands that answer a section of entries, such as `trend` and `planning`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.command.answers import sampling
from analysis.command.report import OutputReport, OutputSection
from analysis.plan.entries import EntryTable
from analysis.plan.plan import Entry, Plan
from analysis.plan.problems import NotInPlan
from analysis.plan.sample import Progress, make_sample
from analysis.plan.sections import SECTIONS, WITHOUT_DATA


def answer_of(section: str) -> Callable[[Plan, Path | None, Progress], OutputReport]:
    """Return the command that answers a section of a plan."""

    def answer(plan: Plan, data: Path | None, progress: Progress) -> OutputReport:
        entries = plan.entries.get(section, ())
        if not entries:
            raise NotInPlan(plan.path, section)
        sample = None if section in WITHOUT_DATA else make_sample(plan, data, progress)
        sections = [] if sample is None else sampling(sample)
        for k, entry in enumerate(entries, 1):
            progress(f"{section} {k} of {len(entries)}")
            run: Any = SECTIONS[section][entry.kind].run
            tables = run(entry) if sample is None else run(sample, entry)
            sections += [_section(entry, table) for table in tables]
        return OutputReport(plan.title, tuple(sections), "" if sample is None else sample.reading)

    return answer


def _section(entry: Entry, table: EntryTable) -> OutputSection:
    value = entry.value
    names = ", ".join(value) if isinstance(value, tuple) else value if isinstance(value, str) else ""
    kind = entry.kind.replace("_", " ").capitalize()
    title = entry.title or (f"{kind}: {names}" if names else kind)
    return OutputSection(f"{title}: {table.title}" if table.title else title, table.rows, table.notes)
