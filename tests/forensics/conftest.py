"""The same databases as in tests/services."""

from tests.services.conftest import engine, postgres_server, postgres_url, settings

__all__ = ["engine", "postgres_server", "postgres_url", "settings"]
