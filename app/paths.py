"""Name the folders that come with the package: surveys, catalogs and migrations."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SURVEYS = ROOT / "surveys"
LOCALES = ROOT / "locales"
MIGRATIONS = ROOT / "migrations"
