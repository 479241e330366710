"""A logo is a picture alone: nothing in it runs, loads or expands."""

from __future__ import annotations

import pytest

from app.services.common.logos import LARGEST, LogoRefused, check_logo

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z" fill="url(#g)"/>%s</svg>'


@pytest.mark.parametrize("content", [SVG % b"", b"\x89PNG\r\n\x1a\nrest", b"\xff\xd8\xffrest"])
def test_pictures_are_taken_by_their_first_bytes(content: bytes) -> None:
    assert check_logo(content).address.startswith("data:image/")


@pytest.mark.parametrize(
    "content",
    [
        SVG % b"<script>x()</script>",
        SVG % b'<a href="https://x.test">x</a>',
        SVG % b'<image href="https://x.test/a.png"/>',
        SVG % b'<g onload="x()"/>',
        SVG % b"<style>@import url(https://x.test)</style>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG % b"",
        b"GIF89a",
        b"<html><svg></svg></html>",
        b"\x89PNG\r\n\x1a\n" + b"x" * LARGEST,
    ],
)
def test_other_files_are_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(LogoRefused, match="Expected"):
        check_logo(content)
