"""Store boxes, envelopes, spent numbers and responses. No row of these tables has a time or an order.

An envelope is unreadable without the private key of its box; a response has nothing in common with an envelope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Index, LargeBinary, delete, func, insert, text
from sqlalchemy import select as select_rows
from sqlmodel import Field, Session, col, select

from app.records.metadata import BY_KEY_ONLY, Record
from app.records.tokens import TOKEN_ROWS
from app.records.waves import Wave

# current: accepts envelopes · opening: accepts none · opened: responses stored, traces may remain · shut
CURRENT, OPENING, OPENED, SHUT = "current", "opening", "opened", "shut"


class Box(Record, table=True):
    __table_args__: Any = (
        CheckConstraint("status IN ('current', 'opening', 'opened', 'shut')", name="status"),
        Index(
            "ix_box_one_current",
            "wave_id",
            unique=True,
            sqlite_where=text("status = 'current'"),
            postgresql_where=text("status = 'current'"),
        ),
    )

    id: str = Field(primary_key=True, max_length=32)
    wave_id: int = Field(foreign_key="wave.id")
    public_key: bytes = Field(sa_type=LargeBinary)  # the operator's; a box with one envelope has no other
    second_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    signatures: bytes | None = Field(default=None, sa_type=LargeBinary)  # of the operator, then of the second holder
    seal: bytes | None = Field(default=None, sa_type=LargeBinary)  # of this service, keyed with its SECRET
    status: str = Field(default=CURRENT, max_length=10)


class Envelope(Record, table=True):
    __table_args__: Any = BY_KEY_ONLY

    key: bytes = Field(sa_type=LargeBinary, primary_key=True)
    box_id: str = Field(foreign_key="box.id", max_length=32)
    sealed: bytes = Field(sa_type=LargeBinary)


class SpentNumber(Record, table=True):
    """Hold a page that was sent, as a keyed hash. It is deleted when the last box of the wave is opened."""

    __tablename__ = "spent_number"
    __table_args__: Any = BY_KEY_ONLY

    mark: bytes = Field(sa_type=LargeBinary, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")


class Response(Record, table=True):
    __table_args__: Any = BY_KEY_ONLY

    key: bytes = Field(sa_type=LargeBinary, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id", index=True)
    source: str = Field(max_length=40)
    stratum: str = Field(max_length=40)
    agency: str = Field(max_length=80)
    codes: bytes = Field(sa_type=LargeBinary)  # `questionnaire.packing`: of one length within a wave
    flags: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})


# Tables with their random keys, and the rows of one wave. They are written anew when the wave is over, because the disk
# would otherwise show the order of arrival.
ROWS_OF_WAVE = {
    "code": ("hash", "batch_id IN (SELECT id FROM code_batch WHERE wave_id = :wave)"),
    "envelope": ("key", "box_id IN (SELECT id FROM box WHERE wave_id = :wave)"),
    "response": ("key", "wave_id = :wave"),
    "spent_number": ("mark", "wave_id = :wave"),
    **TOKEN_ROWS,
}


def find_current_box(session: Session, wave_id: int) -> Box | None:
    return session.exec(select(Box).where(Box.wave_id == wave_id, Box.status == CURRENT)).first()


class HeldBox(NamedTuple):
    """Hold a box with what its seal covers of its wave.

    The fingerprints of the operator and of the second holder, and the digests of the token keys and of the record.
    """

    box: Box
    operator: str
    second: str
    tokens: str = ""
    record: str = ""

    @classmethod
    def of(cls, box: Box, wave: Wave) -> HeldBox:
        return cls(box, wave.operator_holder, wave.second_holder, wave.token_keys, wave.record_digest)


def current_boxes(session: Session, wave_ids: Collection[int]) -> dict[int, HeldBox]:
    sealed = (Wave.operator_holder, Wave.second_holder, Wave.token_keys, Wave.record_digest)  # never the whole survey
    rows = session.execute(
        select_rows(Box, *map(col, sealed))
        .join(Wave, col(Wave.id) == col(Box.wave_id))
        .where(col(Box.wave_id).in_(wave_ids), col(Box.status) == CURRENT)
    )
    return {box.wave_id: HeldBox(box, *pinned) for box, *pinned in rows}


def boxes_with_status(session: Session, wave_id: int, status: str) -> list[Box]:
    return list(session.exec(select(Box).where(Box.wave_id == wave_id, Box.status == status).order_by(col(Box.id))))


def count_envelopes(session: Session, box_ids: Collection[str]) -> int:
    return session.exec(select(func.count()).select_from(Envelope).where(col(Envelope.box_id).in_(box_ids))).one()


def envelopes_in(session: Session, box_ids: Collection[str]) -> list[Envelope]:
    found = select(Envelope).where(col(Envelope.box_id).in_(box_ids)).order_by(col(Envelope.key))
    return list(session.exec(found))


def delete_envelopes(session: Session, box_ids: Collection[str]) -> None:
    session.execute(delete(Envelope).where(col(Envelope.box_id).in_(box_ids)))


def delete_spent_numbers(session: Session, wave_id: int) -> None:
    session.execute(delete(SpentNumber).where(col(SpentNumber.wave_id) == wave_id))


def spent_among(session: Session, page_hashes: Collection[bytes]) -> set[bytes]:
    return set(session.exec(select(SpentNumber.mark).where(col(SpentNumber.mark).in_(page_hashes))))


def store_rows(session: Session, table: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def store_unless_there(session: Session, table: type[Record], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows whose key is new, in one statement, and return their number."""
    return store_at_once(session, table, rows, " ON CONFLICT DO NOTHING")


def store_at_once(session: Session, table: type[Record], rows: Sequence[Mapping[str, Any]], otherwise: str = "") -> int:
    """Insert rows of plain values in one statement, and return how many were inserted.

    With one statement for each row, the driver releases and waits for the interpreter lock each time; under load that
    is most of the time of a batch.
    """
    if not rows:
        return 0
    connection = session.connection()
    names, placeholder = tuple(rows[0]), "?" if connection.dialect.paramstyle == "qmark" else "%s"
    values = ", ".join([f"({', '.join([placeholder] * len(names))})"] * len(rows))
    statement = f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES {values}{otherwise}"
    return connection.exec_driver_sql(statement, tuple(row[name] for row in rows for name in names)).rowcount


def count_responses(session: Session, wave_id: int) -> int:
    return session.exec(select(func.count()).select_from(Response).where(Response.wave_id == wave_id)).one()


def count_responses_by_sample(session: Session, wave_id: int) -> dict[tuple[str, str], int]:
    """Return the number of opened answers by source and stratum."""
    sample = (col(Response.source), col(Response.stratum))
    rows = session.execute(select_rows(*sample, func.count()).where(col(Response.wave_id) == wave_id).group_by(*sample))
    return {(source, stratum): count for source, stratum, count in rows}


class ResponseKind(NamedTuple):
    """Hold what is known of an opened answer besides its content."""

    source: str
    stratum: str
    agency: str
    flags: str


@dataclass(frozen=True)
class Opened:
    """Hold the opened answers of a wave in the order of their random keys.

    Few kinds occur, so `kind_indices` gives the index of its kind for each answer.
    """

    kinds: tuple[ResponseKind, ...] = ()
    kind_indices: tuple[int, ...] = ()
    codes: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Opened:
        """Build from rows of codes, source, stratum, agency and flags."""
        kind_indices: dict[Sequence[Any], int] = {}
        found = tuple(kind_indices.setdefault(row[1:], len(kind_indices)) for row in rows)
        return cls(tuple(ResponseKind(*kind) for kind in kind_indices), found, tuple(row[0] for row in rows))

    def __len__(self) -> int:
        return len(self.codes)

    def counts(self) -> dict[ResponseKind, int]:
        """Return the number of answers of each kind."""
        found = Counter(self.kind_indices)
        return {kind: found[index] for index, kind in enumerate(self.kinds)}


def opened_of(session: Session, wave_id: int) -> Opened:
    """Return all opened answers of a wave as plain rows, because an object for each would be slowest."""
    columns = [col(Response.codes), *(col(getattr(Response, name)) for name in ResponseKind._fields)]
    found = select_rows(*columns).where(col(Response.wave_id) == wave_id).order_by(col(Response.key))
    with session.connection().execute(found) as result:
        assert result.cursor is not None
        return Opened.of(result.cursor.fetchall())
