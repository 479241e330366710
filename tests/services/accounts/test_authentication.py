"""Sign-in needs a name, its password and its code; the audit log has each failure without the typed values."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import Engine, text

from app.records.audit_log import acts
from app.records.database import reading
from app.services.accounts.authentication import (
    ABSOLUTE,
    IDLE,
    Attempt,
    SignIn,
    SignInRefused,
    TooManyAttempts,
    find_signed_in,
    sign_out,
)
from app.services.accounts.members import (
    INVITED_FOR,
    InvitationOver,
    LastOperator,
    StaffRefused,
    WantedMember,
    add_member,
    find_invitation,
    join,
    list_staff,
    remove_member,
    renew_invitation,
)
from app.services.accounts.own_account import change_password, renew_recovery_codes
from app.services.accounts.totp import draw_recovery_codes, draw_totp, format_recovery_code
from app.services.common.actor import Actor
from app.services.common.audit_log import prove
from app.settings import Settings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "four walrus lamps under snow"


@dataclass
class Olga:
    """An operator who joined at noon, and the machine she works at."""

    engine: Engine
    settings: Settings
    totp: str
    recovery: list[str]
    entry: SignIn

    def code(self, now: datetime) -> str:
        return pyotp.TOTP(self.totp).at(now)

    def signs_in(self, now: datetime, name: str = "olga", password: str = PASSWORD, code: str | None = None) -> str:
        return self.entry.sign_in(Attempt(name, password, self.code(now) if code is None else code, "10.0.0.0/24"), now)

    def log(self) -> list[tuple[str, str, str]]:
        with reading(self.engine) as session:
            return [(each.actor, each.act, each.facts.get("reason", "")) for each in acts(session)]


@pytest.fixture
def olga(engine: Engine, settings: Settings) -> Olga:
    return make_olga(engine, settings)


def make_olga(engine: Engine, settings: Settings) -> Olga:
    token = add_member(engine, settings, WantedMember("olga", "operator"), Actor("the machine", NOON, at_machine=True))
    totp = find_invitation(engine, settings, token, NOON).totp
    recovery = join(engine, settings, token, PASSWORD, pyotp.TOTP(totp).at(NOON), NOON)
    return Olga(engine, settings, totp, recovery, SignIn(engine, settings))


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)


def later_act(minutes: int) -> Actor:
    return Actor("olga", later(minutes=minutes))


def test_name_password_and_code_open_a_session(olga: Olga) -> None:
    token = olga.signs_in(later(minutes=1), name=" Olga ")
    signed = find_signed_in(olga.engine, token, later(minutes=2))
    assert signed
    assert (signed.member.name, signed.member.role) == ("olga", "operator")
    assert find_signed_in(olga.engine, token + "x", later(minutes=2)) is None


def test_both_databases_keep_sessions_codes_and_removals(both_engine: Engine, both_settings: Settings) -> None:
    olga = make_olga(both_engine, both_settings)
    token = olga.signs_in(later(minutes=1))
    with pytest.raises(SignInRefused):
        olga.signs_in(later(minutes=1))
    assert olga.signs_in(later(minutes=2), code=olga.recovery[0])
    signed = find_signed_in(both_engine, token, later(minutes=4))
    assert signed
    change_password(
        olga.entry, signed, PASSWORD, olga.code(later(minutes=5)), "seven quiet boats at dawn", later_act(5)
    )
    assert find_signed_in(both_engine, token, later(minutes=6))
    sign_out(both_engine, signed, later_act(6), everywhere=True)
    assert find_signed_in(both_engine, token, later(minutes=6)) is None
    add_member(both_engine, both_settings, WantedMember("rosa", "reviewer"), later_act(7))
    remove_member(both_engine, "rosa", later_act(8))
    assert [each.status for each in list_staff(both_engine)] == ["works", "removed"]
    assert prove(both_engine, "", later_act(9)).holds


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "charlie"}, "password"),
        ({"password": "four walrus lamps under rain"}, "password"),
        ({"code": "000000"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "١٢٣٤٥٦"}, "code"),
    ],
)
def test_wrong_sign_ins_get_one_message_and_are_logged(olga: Olga, changes: dict[str, str], reason: str) -> None:
    with pytest.raises(SignInRefused, match=r"^Expected a name, a password and a code that belong together\.$"):
        olga.signs_in(later(minutes=1), **changes)
    assert olga.log()[-1] == ("somebody", "sign-in failed", reason)


def test_tried_names_and_passwords_are_written_nowhere(olga: Olga) -> None:
    for name, password in (("my-secret-as-a-name", PASSWORD), ("olga", "my-secret-as-a-password")):
        with pytest.raises(SignInRefused):
            olga.signs_in(later(minutes=1), name=name, password=password)
    with reading(olga.engine) as session:
        stated = json.dumps([[each.actor, each.subject, each.facts] for each in acts(session)])
    assert "my-secret" not in stated


def test_code_is_refused_the_second_time(olga: Olga) -> None:
    now = later(minutes=1)
    olga.signs_in(now)
    with pytest.raises(SignInRefused):
        olga.signs_in(now + timedelta(seconds=5))
    assert olga.signs_in(now + timedelta(seconds=60))


def test_a_recovery_code_works_once_in_place_of_the_app(olga: Olga) -> None:
    code = format_recovery_code(olga.recovery[3]).lower()
    assert olga.signs_in(later(minutes=1), code=code)
    with pytest.raises(SignInRefused):
        olga.signs_in(later(minutes=2), code=code)


def test_code_guesses_are_limited_for_the_right_password_only(olga: Olga) -> None:
    for _ in range(8):  # strangers without the password
        with pytest.raises(SignInRefused):
            olga.signs_in(later(minutes=1), password="wrong wrong wrong wrong")
    with pytest.raises(SignInRefused):
        olga.signs_in(later(minutes=1), code="123456")
    assert olga.log()[-1][2] == "code"
    olga.entry.names = SignIn(olga.engine, olga.settings).names
    for _ in range(5):
        with pytest.raises(SignInRefused):
            olga.signs_in(later(minutes=1), code="123456")
    assert olga.log()[-1][2] == "too many codes"


def test_frequent_sign_ins_of_a_network_are_slowed_and_logged(olga: Olga) -> None:
    for _ in range(10):
        with pytest.raises(SignInRefused):
            olga.signs_in(later(minutes=1), password="wrong wrong wrong wrong")
    for _ in range(5):
        with pytest.raises(TooManyAttempts) as refused:
            olga.signs_in(later(minutes=1))
        assert 0 < refused.value.wait <= 30
    assert [act for _, act, _ in olga.log()].count("sign-in slowed") == 1
    elsewhere = Attempt("olga", PASSWORD, olga.code(later(minutes=1)), "192.0.2.0/24")
    assert olga.entry.sign_in(elsewhere, later(minutes=1))


def test_session_ends_when_idle_and_after_a_day(olga: Olga) -> None:
    start = later(minutes=1)
    token = olga.signs_in(start)
    assert find_signed_in(olga.engine, token, start + IDLE)
    assert find_signed_in(olga.engine, token, start + 2 * IDLE + timedelta(seconds=1)) is None
    now = start
    fresh = olga.signs_in(later(minutes=3))
    while now < later(minutes=3) + ABSOLUTE:
        assert find_signed_in(olga.engine, fresh, now)
        now += IDLE / 2
    assert find_signed_in(olga.engine, fresh, now) is None


def test_signing_out_ends_one_session_or_all(olga: Olga) -> None:
    tokens = [olga.signs_in(later(minutes=minute)) for minute in (1, 2, 3)]
    now = later(minutes=4)
    first = find_signed_in(olga.engine, tokens[0], now)
    assert first
    sign_out(olga.engine, first, Actor("olga", now))
    assert [bool(find_signed_in(olga.engine, each, now)) for each in tokens] == [False, True, True]
    sign_out(olga.engine, first, Actor("olga", now), everywhere=True)
    assert not any(find_signed_in(olga.engine, each, now) for each in tokens)


def test_database_holds_no_secret_that_opens_a_session(olga: Olga) -> None:
    token = olga.signs_in(later(minutes=1))
    kept = ""
    with olga.engine.connect() as connection:
        for table in ("staff_member", "staff_session", "audit_event"):
            kept += str(connection.execute(text(f"SELECT * FROM {table}")).fetchall())
    for secret in (token, olga.totp, PASSWORD, *olga.recovery):
        assert secret not in kept


def test_a_link_works_once_and_for_three_days(olga: Olga) -> None:
    actor = Actor("olga", NOON)
    token = add_member(olga.engine, olga.settings, WantedMember("rosa", "reviewer"), actor)
    with pytest.raises(InvitationOver):
        find_invitation(olga.engine, olga.settings, token, NOON + INVITED_FOR + timedelta(seconds=1))
    newer = renew_invitation(olga.engine, olga.settings, "rosa", actor)
    with pytest.raises(InvitationOver):
        find_invitation(olga.engine, olga.settings, token, NOON)
    totp = find_invitation(olga.engine, olga.settings, newer, NOON).totp
    with pytest.raises(StaffRefused, match="15 to 128"):
        join(olga.engine, olga.settings, newer, "short", pyotp.TOTP(totp).at(NOON), NOON)
    with pytest.raises(StaffRefused, match="six digits"):
        join(olga.engine, olga.settings, newer, PASSWORD, "000000", NOON)
    assert len(join(olga.engine, olga.settings, newer, PASSWORD, pyotp.TOTP(totp).at(NOON), NOON)) == 10
    with pytest.raises(InvitationOver):
        find_invitation(olga.engine, olga.settings, newer, NOON)


def test_removed_member_is_out_at_once_and_the_name_stays_taken(olga: Olga) -> None:
    actor = Actor("olga", NOON)
    token = add_member(olga.engine, olga.settings, WantedMember("tariq", "translator"), actor)
    totp = find_invitation(olga.engine, olga.settings, token, NOON).totp
    join(olga.engine, olga.settings, token, PASSWORD, pyotp.TOTP(totp).at(NOON), NOON)
    now = later(minutes=1)
    session = olga.entry.sign_in(Attempt("tariq", PASSWORD, pyotp.TOTP(totp).at(now), "here"), now)
    remove_member(olga.engine, "tariq", actor)
    assert find_signed_in(olga.engine, session, now) is None
    with olga.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM staff_session")).scalar() == 0
    with pytest.raises(SignInRefused):
        olga.entry.sign_in(Attempt("tariq", PASSWORD, pyotp.TOTP(totp).at(later(minutes=2)), "here"), later(minutes=2))
    with pytest.raises(StaffRefused, match="never reused"):
        add_member(olga.engine, olga.settings, WantedMember("tariq", "translator"), actor)
    assert {each.name: each.status for each in list_staff(olga.engine)} == {"olga": "works", "tariq": "removed"}


def test_last_operator_cannot_be_removed(olga: Olga) -> None:
    for leave in (remove_member,):
        with pytest.raises(LastOperator, match="got the last one, 'olga'"):
            leave(olga.engine, "olga", Actor("olga", NOON))
    with pytest.raises(LastOperator):
        renew_invitation(olga.engine, olga.settings, "olga", Actor("olga", NOON))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (WantedMember("Olga P", "operator"), "name"),
        (WantedMember("olga", "operator"), "name"),
        (WantedMember("bob", "king"), "role"),
        (WantedMember("bob", "agency"), "agencies"),
        (WantedMember("bob", "operator", ("river-city/police",)), "agencies"),
    ],
)
def test_member_that_cannot_be_added_is_refused_at_the_field(olga: Olga, wanted: WantedMember, field: str) -> None:
    with pytest.raises(StaffRefused) as refused:
        add_member(olga.engine, olga.settings, wanted, Actor("olga", NOON))
    assert refused.value.field == field


def test_new_password_needs_old_one_and_code_and_ends_sessions(olga: Olga) -> None:
    one, two = olga.signs_in(later(minutes=1)), olga.signs_in(later(minutes=2))
    now, wanted = later(minutes=3), "seven quiet boats at dawn"
    signed = find_signed_in(olga.engine, two, now)
    assert signed
    actor = Actor("olga", now)
    for current, code, new, field in (
        (PASSWORD, olga.code(now), "short", "wanted"),
        ("wrong", olga.code(now), wanted, "current"),
        (PASSWORD, "000000", wanted, "code"),
    ):
        with pytest.raises(StaffRefused) as refused:
            change_password(olga.entry, signed, current, code, new, actor)
        assert refused.value.field == field
    change_password(olga.entry, signed, PASSWORD, olga.code(now), wanted, actor)
    assert find_signed_in(olga.engine, one, now) is None
    assert find_signed_in(olga.engine, two, now)
    assert olga.signs_in(later(minutes=4), password=wanted)


def test_new_recovery_codes_make_the_old_ones_useless(olga: Olga) -> None:
    now = later(minutes=2)
    signed = find_signed_in(olga.engine, olga.signs_in(later(minutes=1)), now)
    assert signed
    fresh = renew_recovery_codes(olga.entry, signed, olga.code(now), Actor("olga", now))
    with pytest.raises(SignInRefused):
        olga.signs_in(later(minutes=3), code=olga.recovery[0])
    assert olga.signs_in(later(minutes=4), code=fresh[0])


def test_code_of_the_app_ends_within_a_minute(olga: Olga) -> None:
    code = olga.code(later(minutes=1))
    with pytest.raises(SignInRefused):
        olga.signs_in(later(minutes=3), code=code)


def test_tokens_seeds_and_codes_are_long_and_never_repeat(olga: Olga) -> None:
    tokens = [olga.signs_in(later(minutes=minute)) for minute in range(1, 4)]
    assert min(len(urlsafe_b64decode(f"{token}==")) for token in tokens) >= 16
    seeds = [draw_totp() for _ in range(50)]
    assert min(map(len, seeds)) * 5 >= 160  # bits, five for each letter
    codes = [code for _ in range(20) for code in draw_recovery_codes()]
    assert min(map(len, codes)) * 5 >= 64
    for drawn in (tokens, seeds, codes):
        assert len(set(drawn)) == len(drawn)
        assert all(len(set(place)) > 1 for place in zip(*drawn, strict=False)), "a place that is always the same"
