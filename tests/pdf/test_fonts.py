"""The fonts of each language are found on the machine or in the operator's folder, or missed in one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.language.languages import LANGUAGES
from app.services.pdf import fonts
from app.services.pdf.fonts import CJK_FAMILIES, FAMILIES, LETTERS, FontMissing, find_fonts
from tests.programs import require

LATIN = ("NotoSans-Regular", "NotoSans-Bold", "NotoSansMath-Regular")
ARABIC = ("NotoSansArabic-Regular", "NotoSansArabic-Bold")


def put(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.ttf").touch()
    return folder


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose only place for fonts is this folder."""
    monkeypatch.setattr(fonts, "FONT_FOLDERS", (tmp_path / "system",))
    return tmp_path / "system"


def test_every_language_of_the_product_is_found_here() -> None:
    require("fonts")
    for language in LANGUAGES:
        assert find_fonts([language]).files


def test_font_of_the_page_language_comes_first(bare: Path) -> None:
    put(bare, *LATIN, *ARABIC)
    assert find_fonts(["ar", "en"]).families == ("Noto Sans Arabic", "Noto Sans", "Noto Sans Math")
    assert find_fonts(["en", "es", "ar"]).families == ("Noto Sans", "Noto Sans Math", "Noto Sans Arabic")
    assert [path.stem for path in find_fonts(["es"]).files] == list(LATIN)


def test_the_folder_of_the_operator_comes_first(bare: Path, tmp_path: Path) -> None:
    put(bare, *LATIN)
    own = put(tmp_path / "own", *LATIN)
    assert {path.parent for path in find_fonts(["en"], own).files} == {own}


def test_fonts_in_folders_below_are_found(bare: Path) -> None:
    bare.mkdir()
    put(bare / "noto", *LATIN)
    assert find_fonts(["en"]).files[0] == bare / "noto" / "NotoSans-Regular.ttf"


def test_a_missing_font_is_one_sentence_with_the_way_out(bare: Path) -> None:
    put(bare, *LATIN, "NotoSansArabic-Regular")
    with pytest.raises(FontMissing) as refused:
        find_fonts(["ar"])
    assert str(refused.value) == (
        f"Expected the font NotoSansArabic-Bold to print ar, found none in {bare}: "
        "install the Noto fonts or set COMMONTRUST_FONT_DIR."
    )


def test_a_font_that_is_installed_later_is_found_then(bare: Path) -> None:
    put(bare, *LATIN[:1])
    with pytest.raises(FontMissing):
        find_fonts(["en"])
    put(bare, *LATIN)
    assert find_fonts(["en"]).files


def test_every_kind_of_letters_has_its_family() -> None:
    assert {*LETTERS.values()} <= {*FAMILIES, "NotoSansCJK"}
    assert {code for code, stem in LETTERS.items() if stem == "NotoSansCJK"} == set(CJK_FAMILIES)
