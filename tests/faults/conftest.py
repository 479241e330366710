"""The same databases as in tests/services."""

from tests.services.conftest import both_engine, both_settings, engine, postgres_server, postgres_url, settings

__all__ = ["both_engine", "both_settings", "engine", "postgres_server", "postgres_url", "settings"]
