"""The schema in the database is the schema in the code, on both kinds of database, and can be left again."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from app.errors import DatabaseNotReady
from app.records import schema
from app.records.ballots import ROWS_OF_WAVE
from app.records.database import connect
from app.records.tables import METADATA
from app.settings import Settings


def test_a_migrated_database_has_nothing_left_to_change(both_engine: Engine) -> None:
    assert schema.differences(both_engine) == []
    schema.check_is_migrated(both_engine)


def test_migrating_twice_changes_nothing(both_engine: Engine) -> None:
    assert schema.migrate(both_engine) == ScriptDirectory.from_config(schema._config(None)).get_current_head()


def test_every_revision_can_be_taken_back(both_engine: Engine) -> None:
    with both_engine.begin() as connection:
        command.downgrade(schema._config(connection), "base")
    assert set(inspect(both_engine).get_table_names()) <= {"alembic_version"}
    schema.migrate(both_engine)
    assert schema.differences(both_engine) == []


def test_an_empty_database_is_refused_with_the_way_out(both_settings: Settings) -> None:
    engine = connect(both_settings.database_url)
    with pytest.raises(DatabaseNotReady, match=r"got an empty one: run `commontrust migrate`\."):
        schema.check_is_migrated(engine)
    engine.dispose()


def test_resident_rows_have_no_rowid_number_or_time(engine: Engine) -> None:
    with engine.connect() as connection:
        for table in ROWS_OF_WAVE:
            (made,) = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE name = :table"), {"table": table}
            ).one()
            assert "WITHOUT ROWID" in made
    for table in [*ROWS_OF_WAVE, "box"]:
        kinds = {column.name: str(column.type) for column in METADATA.tables[table].columns}
        assert not {name for name, kind in kinds.items() if "DATE" in kind or "TIME" in kind}, kinds


def test_a_wave_keeps_days_and_never_times() -> None:
    kinds = {str(column.type) for column in METADATA.tables["wave"].columns}
    assert "DATE" in kinds
    assert not {kind for kind in kinds if "TIME" in kind}


def test_every_constraint_has_a_name_that_a_migration_can_find() -> None:
    assert not [each for table in METADATA.tables.values() for each in table.constraints if not each.name]


def test_commit_is_on_disk_and_deleted_rows_leave_no_copy(engine: Engine) -> None:
    with engine.connect() as connection:
        stated = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "temp_store")
        }
    assert stated == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}


@pytest.mark.postgres
def test_postgresql_commits_durably_despite_server_settings(postgres_url: str) -> None:
    engine = connect(postgres_url)  # the tests' server runs with synchronous_commit=off
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    engine.dispose()


def test_an_error_of_the_database_carries_no_values(engine: Engine) -> None:
    with pytest.raises(Exception, match="hidden due to hide_parameters") as caught, engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": "the hash of a code"})
    assert "the hash of a code" not in str(caught.value)
