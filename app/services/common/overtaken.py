"""The reason to decide a batch again: another process was faster with one of its pages or codes."""

from __future__ import annotations


class OvertakenMeanwhile(Exception):
    """Report that another process stored a page or spent a code of the batch after it was read."""
