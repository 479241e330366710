"""Connect Alembic to the tables. `commontrust migrate` passes its own connection.

Create a new revision: `alembic -c migrations/alembic.ini revision --autogenerate -m "what changes"`.
"""

from alembic import context

from app.records.database import connect
from app.records.tables import METADATA
from app.settings import load_settings


def run(connection) -> None:
    """Run the revisions on one connection. Its owner holds the transaction."""
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with connect(load_settings().database_url).begin() as own:
        run(own)
