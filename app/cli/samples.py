"""Define `plan sample` and `sample draw`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

plan = typer.Typer(help="Plans of survey rounds.", no_args_is_help=True, rich_markup_mode=None)
sample = typer.Typer(help="Samples of addresses.", no_args_is_help=True, rich_markup_mode=None)

Parts = Annotated[
    list[str], typer.Option("--part", help="NAME,ADDRESSES,PERCENT that will answer; repeat it for each part.")
]


@plan.command(name="sample")
def plan_sample(
    part: Parts,
    city: Annotated[str, typer.Option("--within", help="Trust in each agency, whole city: within so many points.")],
    each: Annotated[str, typer.Option("--each-part-within", help="The same in each part of the city.")] = "",
    group: Annotated[str, typer.Option(help="Percentage of residents in the smallest group to show.")] = "",
    agencies: Annotated[int, typer.Option(help="Agencies; each resident rates one.", min=1)] = 1,
    cost: Annotated[str, typer.Option(help="Cost of one letter with its reminders.")] = "",
) -> None:
    """Work out the letters of each part of the city, and what they let a report say."""
    from app.records.wave_lifecycle import SMALLEST_BOX
    from app.services.waves.code_floor import fewest_codes
    from app.services.waves.sample_plan import WantedSample, work_out

    fewest = fewest_codes(SMALLEST_BOX, [1 / agencies])
    found = work_out(WantedSample("\n".join(part), city, each, group, cost), agencies, fewest)
    for one in found.parts:
        typer.echo(f"{one.name}: {one.letters} letters for about {one.answers} answers, 1 in {one.one_in} addresses")
    typer.echo(
        f"{found.letters} letters" + (f", at a cost of about {found.cost:.0f}" if found.cost is not None else "")
    )
    for scenario in found.scenarios:
        margin = "not shown" if scenario.city is None else f"within {scenario.city:.1f} points"
        typer.echo(f"{scenario.words}: about {scenario.answers} answers, each agency {margin}")


@sample.command()
def draw(
    file: Annotated[Path, typer.Argument(help="The list: CSV or .xlsx, one address in each row.", exists=True)],
    letters: Annotated[
        list[str], typer.Option("--letters", help="PART=NUMBER, such as North=760; repeat it for each part.")
    ],
    seed: Annotated[str, typer.Option(help="The draw number, such as the lottery numbers of a day to come.")],
    output: Annotated[Path, typer.Option(help="Folder for one file of labels for each part, and the protocol.")],
    column: Annotated[str, typer.Option(help="The column with the part of the city.")] = "",
) -> None:
    """Draw addresses at random, part by part of the city, on your own machine: no service is asked.

    The same list and draw number give the same draw.
    """
    from app.services.uploads.address_lists import draw_addresses, load_bytes
    from app.services.uploads.sample_files import to_file_name

    wanted = {name.strip(): _number(each) for each in letters for name, _, _ in (each.rpartition("="),)}
    drawn = draw_addresses(load_bytes(file), wanted, seed, column)
    files = {output / f"{to_file_name(part)}-labels.csv": drawn.labels(part) for part in drawn.parts}
    files[output / "protocol.txt"] = "\n".join(drawn.sentences()) + "\n"
    for path in files:
        if path.exists():
            raise typer.BadParameter(f"{path} exists; choose another folder")
    output.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, "utf-8")
        typer.echo(f"{path}")
    for sentence in drawn.sentences():
        typer.echo(sentence)


def _number(text: str) -> int:
    part, _, number = text.rpartition("=")
    if not part.strip() or not number.isdecimal() or not int(number[:9]) > 0:
        raise typer.BadParameter(f"Expected PART=NUMBER such as North=760, got {text!r}")
    return int(number[:9])
