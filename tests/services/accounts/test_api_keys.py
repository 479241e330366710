"""A key is shown once, kept as a hash, checked at each request, and useless from the moment it is revoked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.errors import NotFound
from app.records.audit_log import acts, is_whole
from app.records.database import connect
from app.records.keys import ApiKey
from app.services.accounts.api_keys import (
    LETTERS,
    LIVE,
    READ_REPORTS,
    TEST,
    KeyNotMade,
    KeyRefused,
    KeyText,
    OutsideScope,
    Reader,
    WantedKey,
    check_key,
    create_key,
    draw_key,
    env_of,
    list_keys,
    read_key,
    revoke_key,
)
from app.services.accounts.members import WantedMember, add_member, remove_member
from app.settings import Settings
from tests.services.making import ACT, NOON, make_open_wave

KEYS = st.builds(
    KeyText,
    st.sampled_from([LIVE, TEST]),
    st.text(LETTERS, min_size=8, max_size=8),
    st.text(LETTERS, min_size=43, max_size=43),
)


def check(engine: Engine, sent: object, now: datetime = NOON, scope: str = READ_REPORTS) -> Reader:
    return check_key(engine, LIVE, None if sent is None else str(sent), scope, now)


@pytest.fixture
def key(engine: Engine, settings: Settings) -> KeyText:
    return create_key(engine, settings, WantedKey("dashboard"), ACT)


def test_key_shows_its_use_and_has_256_random_bits() -> None:
    drawn = [str(draw_key(LIVE)) for _ in range(50)]
    assert all(re.fullmatch(r"ct_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}", each) for each in drawn)
    assert len(set(drawn)) == 50
    assert len(LETTERS) ** 43 > 2**256


@given(KEYS)
def test_a_key_is_read_back_as_it_was_written(key: KeyText) -> None:
    assert read_key(str(key)) == key


@given(KEYS, st.data())
def test_one_mistyped_letter_is_refused_without_a_query(key: KeyText, data: st.DataObject) -> None:
    written = str(key)
    place = data.draw(st.integers(0, len(written) - 1))
    other = data.draw(st.sampled_from([letter for letter in LETTERS if letter != written[place]]))
    assert read_key(written[:place] + other + written[place + 1 :]) is None


@given(st.text(max_size=90))
def test_any_other_text_is_no_key(sent: str) -> None:
    assert read_key(sent) is None


def test_secret_is_stored_only_in_the_key_itself(engine: Engine, key: KeyText) -> None:
    with engine.connect() as connection:
        rows = [str(connection.execute(text(f"SELECT * FROM {name}")).all()) for name in ("api_key", "audit_event")]
    assert not [row for row in rows if key.secret in row]
    assert key.secret not in repr(key)
    assert list_keys(engine)[0].secret_sha256 == key.sha256


def test_a_key_opens_reports_until_the_day_it_expires(both_engine: Engine, both_settings: Settings) -> None:
    key = create_key(both_engine, both_settings, WantedKey("dashboard", days=30), ACT)
    last_moment = datetime.combine(NOON.date() + timedelta(days=30), datetime.min.time(), UTC) - timedelta(seconds=1)
    assert check(both_engine, key, last_moment).key == key.id
    with pytest.raises(KeyRefused, match="got one that is expired"):
        check(both_engine, key, last_moment + timedelta(seconds=1))


@pytest.mark.parametrize("has_maker", [True, False], ids=["this version", "an earlier version"])
def test_keys_of_a_removed_member_end_with_the_member(engine: Engine, settings: Settings, has_maker: bool) -> None:
    """The member has the text of the key. An earlier version stored no maker, so the audit log names it."""
    add_member(engine, settings, WantedMember("tariq", "operator"), ACT)
    theirs = create_key(engine, settings, WantedKey("dashboard"), replace(ACT, name="tariq"))
    another = create_key(engine, settings, WantedKey("dashboard"), ACT)
    if not has_maker:
        with engine.begin() as connection:
            connection.execute(text("UPDATE api_key SET made_by = NULL"))
    remove_member(engine, "tariq", ACT)
    with pytest.raises(KeyRefused, match="got one that is revoked"):
        check(engine, theirs)
    assert check(engine, another)
    assert audited_acts(engine)[-2:] == ["key revoked", "staff removed"]


def audited_acts(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return [event.act for event in acts(session)]


def test_a_revoked_key_is_refused_at_once_by_every_process(both_engine: Engine, both_settings: Settings) -> None:
    key = create_key(both_engine, both_settings, WantedKey("dashboard"), ACT)
    other_process = connect(both_settings.database_url)
    assert check(both_engine, key)
    assert check(other_process, key)
    revoke_key(other_process, key.id, ACT)
    with pytest.raises(KeyRefused, match="got one that is revoked"):
        check(both_engine, key)
    other_process.dispose()


def test_unknown_key_is_refused_in_one_sentence(engine: Engine, key: KeyText) -> None:
    other_secret = KeyText(key.env, key.id, draw_key(LIVE).secret)
    for sent, stated in (
        (None, "none"),
        ("ct_live_nonsense", "text that is not a key of this service"),
        (KeyText(TEST, key.id, key.secret), "text that is not a key of this service"),
        (draw_key(LIVE), "an unknown one"),
        (other_secret, "an unknown one"),
    ):
        with pytest.raises(KeyRefused) as refused:
            check(engine, sent)
        assert str(refused.value) == (
            f"Expected a working API key in the header `Authorization: Bearer ct_...`, got {stated}."
        )


def test_key_outside_its_scope_is_refused_with_both_scopes(engine: Engine, key: KeyText) -> None:
    with pytest.raises(OutsideScope, match="Expected an API key for releases:write, got one for reports:read"):
        check(engine, key, scope="releases:write")


def test_key_of_an_agency_reads_reports_on_the_agency_only(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    key = create_key(engine, settings, WantedKey("police", ("river-city/police",)), ACT)
    reader = check(engine, key)
    assert reader.can_read(["river-city/police", "river-city/library"])
    assert not reader.can_read(["river-city/library"])
    assert not reader.can_read([])
    with pytest.raises(OutsideScope, match="Expected an API key for river-city/library, got one for river-city/police"):
        reader.check_can_read(["river-city/library"])


def test_a_key_without_agencies_reads_everything(engine: Engine, key: KeyText) -> None:
    assert check(engine, key).can_read(["anywhere/anyone"])


def test_key_for_a_missing_agency_is_not_created(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    for agency in ("river-city/fire", "river-city", "nowhere/police"):
        with pytest.raises(NotFound):
            create_key(engine, settings, WantedKey("x", (agency,)), ACT)
    assert list_keys(engine) == []


@pytest.mark.parametrize(
    "wanted",
    [
        WantedKey(""),
        WantedKey("x" * 121),
        WantedKey("x", days=0),
        WantedKey("x", days=366),
        WantedKey("x", scopes=("*",)),
    ],
)
def test_key_with_wrong_fields_is_not_created(engine: Engine, settings: Settings, wanted: WantedKey) -> None:
    with pytest.raises(KeyNotMade, match=r"Expected .* for an API key, got .*\."):
        create_key(engine, settings, wanted, ACT)


def test_key_stores_only_the_day_of_its_last_use(both_engine: Engine, both_settings: Settings) -> None:
    key = create_key(both_engine, both_settings, WantedKey("dashboard"), ACT)
    for hours in (0, 1, 30, 29):
        check(both_engine, key, NOON + timedelta(hours=hours))
    [kept] = list_keys(both_engine)
    assert type(kept.last_used_on) is date
    assert kept.last_used_on == (NOON + timedelta(hours=30)).date()


def test_key_creation_and_revocation_are_audited_once(engine: Engine, key: KeyText) -> None:
    revoke_key(engine, key.id, ACT)
    revoke_key(engine, key.id, ACT)
    with Session(engine) as session:
        log = acts(session)
    assert is_whole(log)
    created, revoked = [each for each in log if each.subject == key.id]
    assert (created.act, revoked.act) == ("key created", "key revoked")
    assert created.facts["expires_on"] == "2027-11-23"


def test_database_refuses_a_key_that_ends_before_it_begins(both_engine: Engine) -> None:
    day = NOON.date()
    key = ApiKey(id="x" * 8, secret_sha256=b"", label="x", scopes=[], agencies=[], created_on=day, expires_on=day)
    with Session(both_engine) as session:
        session.add(key)
        with pytest.raises(IntegrityError, match="ck_api_key_expires_on"):
            session.flush()


def test_a_service_without_tls_makes_keys_for_trials(settings: Settings) -> None:
    assert env_of(settings) == LIVE
    assert env_of(replace(settings, base_url="http://127.0.0.1:8000")) == TEST
