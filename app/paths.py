"""Name the folders that come with the package: surveys, catalogs, migrations and templates.

A checkout keeps them beside `app`, a wheel inside it.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IN_WHEEL = ROOT / "app" / "data"
DATA = IN_WHEEL if IN_WHEEL.is_dir() else ROOT
SURVEYS = DATA / "surveys"
LOCALES = DATA / "locales"
MIGRATIONS = DATA / "migrations"
TEMPLATES = ROOT / "app" / "web" / "templates"
