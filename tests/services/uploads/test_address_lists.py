"""A draw is repeated by its number, takes each address once, and says which list it was."""

from __future__ import annotations

import csv
import io

import pytest

from app.services.uploads.address_lists import ListRefused, draw_addresses

LIST = "street,district\n" + "\n".join(f"{n} Oak Street,{'North' if n < 60 else 'South'}" for n in range(100))


def rows(text: str) -> set[tuple[str, ...]]:
    return {tuple(row) for row in csv.reader(io.StringIO(text))}


def test_same_list_and_number_give_the_same_draw() -> None:
    first, second = (draw_addresses(LIST.encode(), {"North": 20, "South": 20}, "7 13 21") for _ in range(2))
    assert first.parts == second.parts
    assert first.protocol["list_sha256"] == second.protocol["list_sha256"]
    assert draw_addresses(LIST.encode(), {"North": 20, "South": 20}, "8").parts != first.parts
    assert [len(found) for found in first.parts.values()] == [20, 20]
    assert "Draw number: 7 13 21." in " ".join(first.sentences())


def test_labels_hold_drawn_addresses_in_an_order_of_their_own() -> None:
    drawn = draw_addresses(LIST.encode(), {"North": 40, "South": 20}, "1")
    texts = {drawn.labels("North") for _ in range(5)}
    assert len(texts) > 1
    assert len({frozenset(rows(text)) for text in texts}) == 1


def test_an_address_that_stands_twice_is_drawn_once() -> None:
    doubled = LIST + "\n" + "\n".join(LIST.splitlines()[1:])
    drawn = draw_addresses(doubled.encode(), {"North": 60, "South": 40}, "1")
    assert drawn.twice == 100
    assert len(set(drawn.parts["North"])) == 60


def test_a_cell_that_a_spreadsheet_would_run_is_quoted() -> None:
    drawn = draw_addresses(b"street,district\n=HYPERLINK(1),North\n2 Elm,North", {"North": 2}, "1")
    assert "'=HYPERLINK(1)" in drawn.labels("North")


@pytest.mark.parametrize(
    ("content", "letters", "column", "words"),
    [
        ("street\n1 Oak", {"North": 1, "South": 1}, "", "a column with the parts North, South"),
        (LIST, {"North": 61, "South": 1}, "", "North: expected at least 61 addresses"),
        (LIST, {"North": 1}, "area", "a column among street, district"),
        ("street", {"North": 1}, "", "got fewer rows"),
    ],
)
def test_a_list_that_cannot_give_the_draw_is_refused(
    content: str, letters: dict[str, int], column: str, words: str
) -> None:
    with pytest.raises(ListRefused, match=words):
        draw_addresses(content.encode(), letters, "1", column)
