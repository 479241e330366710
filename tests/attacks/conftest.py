"""Both kinds of database, as the services' tests have them."""

from tests.postgres import postgres_server, postgres_url
from tests.services.conftest import both_engine, both_settings, engine, settings

__all__ = ["both_engine", "both_settings", "engine", "postgres_server", "postgres_url", "settings"]
