"""A single sign-on lets in exactly the people whom the provider names, for this service, in this browser, now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from joserfc.jwk import OctKey
from sqlalchemy import Engine, text

from app.oidc_settings import ROLE_PLACES, GroupRole, OidcSettings
from app.records.audit_log import acts
from app.records.database import reading
from app.records.staff import ORGANIZATION, ROLES
from app.services.accounts.authentication import Attempt, SignIn, SignInRefused, find_signed_in
from app.services.accounts.members import (
    LastOperator,
    WantedMember,
    add_member,
    find_invitation,
    join,
    list_staff,
    remove_member,
    renew_invitation,
)
from app.services.accounts.oidc import provider as provider_module
from app.services.accounts.oidc.id_tokens import check_id_token
from app.services.accounts.oidc.refusals import SingleSignOnRefused
from app.services.accounts.oidc.single_sign_on import STARTED_FOR, Return, SingleSignOn, Started
from app.services.common.actor import Actor
from app.settings import Settings
from tests.services.accounts.oidc.small_provider import CLIENT, CLIENT_SECRET, SmallProvider, run_provider

PASSWORD = "four walrus lamps under snow"


@dataclass
class City:
    """A service, its provider, and the way between them."""

    engine: Engine
    settings: Settings
    provider: SmallProvider
    entry: SingleSignOn

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def machine(self) -> Actor:
        return Actor("the machine", self.now, at_machine=True)

    def invites(self, name: str = "maria", role: str = "reviewer") -> str:
        return add_member(self.engine, self.settings, WantedMember(name, role), self.machine)

    def starts(self, invitation: str = "") -> Started:
        return self.entry.start("/staff", invitation, "10.0.0.0/24", self.now)

    def signs_in(self, invitation: str = "", **changes: Any) -> str:
        """Go the whole way and return the name of the member who is signed in."""
        started = self.starts(invitation)
        brought = {"key": started.key, **self.provider.authorize(started.address), **changes}
        entered = self.entry.finish(Return(**brought), self.now)
        signed = find_signed_in(self.engine, entered.token, self.now)
        assert signed
        return signed.member.name

    def links(self, name: str = "maria", role: str = "reviewer") -> str:
        return self.signs_in(self.invites(name, role))

    def renews(self, **changes: Any) -> None:
        """Use other settings, as after a new start."""
        self.entry = SingleSignOn(
            self.engine, replace(self.entry.settings, **changes), self.settings.base_url, self.entry.sign_in
        )

    def acts(self) -> list[tuple[str, str, str]]:
        with reading(self.engine) as session:
            return [(each.actor, each.act, each.facts.get("reason", "")) for each in acts(session)]


@pytest.fixture(scope="module")
def running() -> Iterator[SmallProvider]:
    with run_provider() as provider:
        yield provider


@pytest.fixture
def city(engine: Engine, settings: Settings, running: SmallProvider) -> City:
    running.person = {"sub": "maria-1", "preferred_username": "Maria.Lopez@city.example"}
    running.changes, running.documents, running.requests = {}, {}, []
    running.algorithm, running.waits, running.redirects = "RS256", 0.0, False
    oidc = OidcSettings(running.issuer, CLIENT, CLIENT_SECRET)
    return City(engine, settings, running, SingleSignOn(engine, oidc, settings.base_url, SignIn(engine, settings)))


def refused_for(city: City, **changes: Any) -> str:
    """Return the reason of the refusal, which the log states too; starts that are over are logged now and then."""
    before = len(city.acts())
    with pytest.raises(SingleSignOnRefused) as refused:
        city.signs_in(**changes)
    since = city.acts()[before:]
    assert "signed in" not in [act for _, act, _ in since]
    assert refused.value.reason == "over" or ("somebody", "sign-in failed", refused.value.reason) in since
    return refused.value.reason


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_invited_member_joins_once_and_then_signs_in(city: City, algorithm: str) -> None:
    city.provider.algorithm = algorithm
    invitation = city.invites()
    assert city.signs_in(invitation) == "maria"
    assert city.signs_in() == "maria"
    with pytest.raises(Exception, match="Expected a working link"):
        city.starts(invitation)
    assert [each.status for each in list_staff(city.engine)] == ["works"]


def test_person_without_invitation_is_refused(city: City) -> None:
    assert refused_for(city) == "not invited"
    assert list_staff(city.engine) == []


def test_another_subject_of_the_issuer_is_another_person(city: City) -> None:
    city.links()
    city.provider.person["sub"] = "maria-2"
    assert refused_for(city) == "not invited"


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"iss": "https://login.example.org"},
        {"aud": "another client"},
        {"aud": ["another client", "commontrust"]},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": None},
        {"iat": 9_000_000_000},
        {"nbf": 9_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 300},
    ],
    ids=str,
)
def test_statement_for_another_purpose_is_refused(city: City, changes: dict[str, Any]) -> None:
    city.links()
    city.provider.changes = changes
    assert refused_for(city) == "token"


def test_unsigned_or_foreign_statement_is_refused(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.links()
    city.provider.algorithm = "none"
    assert refused_for(city) == "token"
    city.provider.algorithm = "RS256"
    honest = city.provider.keys
    served = city.entry.provider.keys()
    city.provider.rotate()
    monkeypatch.setattr(city.entry.provider, "keys", lambda renew=False: served)
    assert refused_for(city) == "token"
    city.provider.keys = honest


def test_hmac_with_the_public_key_is_refused(city: City) -> None:
    city.links()
    public = city.provider.keys["RS256"].as_pem(private=False)
    kid = city.provider.keys["RS256"].kid
    forger = OctKey.import_key(public.hex(), {"kid": kid})
    city.provider.keys["HS256"] = forger  # type: ignore[assignment]
    city.provider.algorithm = "HS256"
    try:
        assert refused_for(city) == "token"
    finally:
        del city.provider.keys["HS256"]


def test_state_of_another_sign_in_is_refused(city: City) -> None:
    city.links()
    assert refused_for(city, state=city.provider.authorize(city.starts().address)["state"]) == "over"
    assert refused_for(city, state="") == "over"


def test_code_of_another_browser_is_refused(city: City) -> None:
    """A code that a stranger began opens no session in this browser, and the verifier does not fit it."""
    city.links()
    theirs = city.provider.authorize(city.starts().address)
    assert refused_for(city, code=theirs["code"]) == "provider"
    assert refused_for(city, key="another key") == "over"


def test_return_works_once(city: City) -> None:
    city.links()
    started = city.starts()
    back = Return(started.key, **city.provider.authorize(started.address))
    city.entry.finish(back, city.now)
    with pytest.raises(SingleSignOnRefused, match="used before"):
        city.entry.finish(back, city.now)


def test_start_ends_after_ten_minutes(city: City) -> None:
    city.links()
    started = city.starts()
    back = Return(started.key, **city.provider.authorize(started.address))
    with pytest.raises(SingleSignOnRefused, match="ten minutes"):
        city.entry.finish(back, city.now + STARTED_FOR + timedelta(seconds=1))


def test_answer_that_declines_is_refused(city: City) -> None:
    assert refused_for(city, error="access_denied") == "declined"
    assert refused_for(city, code="") == "declined"


def test_answer_of_another_issuer_is_refused(city: City) -> None:
    city.links()
    assert refused_for(city, issuer="https://login.example.org") == "token"
    assert city.signs_in(issuer=city.provider.issuer) == "maria"


def test_answer_without_issuer_is_refused_where_promised(city: City) -> None:
    city.links()
    city.provider.documents = {"authorization_response_iss_parameter_supported": True}
    city.renews()
    assert refused_for(city) == "token"


def test_new_keys_of_the_provider_are_fetched(city: City) -> None:
    city.links()
    city.provider.rotate()
    assert city.signs_in() == "maria"


def test_unknown_keys_fetch_the_set_a_few_times_only(city: City) -> None:
    city.links()
    served = city.provider.keys
    city.provider.rotate()
    forged = city.provider.sign(city.provider.claims({"nonce": "nonce"}))
    city.provider.keys = served
    for _ in range(10):
        with pytest.raises(SingleSignOnRefused):
            check_id_token(city.entry.provider, forged, "nonce", city.now)
    assert city.provider.requests.count("/realms/city/certs") <= 5


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "authorization_endpoint"])
def test_provider_that_names_another_host_is_never_called(city: City, name: str) -> None:
    city.provider.documents = {name: "http://localhost:9/elsewhere"}
    with pytest.raises(SingleSignOnRefused, match="does not answer as expected"):
        city.starts()
    assert city.provider.requests == ["/realms/city/.well-known/openid-configuration"]


def test_document_of_another_issuer_is_refused(city: City) -> None:
    city.provider.documents = {"issuer": "https://login.example.org"}
    with pytest.raises(SingleSignOnRefused, match="does not answer as expected"):
        city.starts()


def test_redirect_of_the_provider_is_not_followed(city: City) -> None:
    city.links()
    city.provider.redirects = True
    assert refused_for(city) == "provider"
    assert "/realms/city/elsewhere" not in city.provider.requests


def test_provider_that_is_down_leaves_the_password(city: City) -> None:
    token = city.invites("olga", "operator")
    totp = find_invitation(city.engine, city.settings, token, city.now).totp
    earlier = city.now - timedelta(minutes=2)
    join(city.engine, city.settings, token, PASSWORD, pyotp.TOTP(totp).at(earlier), earlier)
    city.renews(issuer="http://127.0.0.1:9/realms/city")
    with pytest.raises(SingleSignOnRefused, match="use a password and a code"):
        city.starts()
    attempt = Attempt("olga", PASSWORD, pyotp.TOTP(totp).now(), "10.0.0.0/24")
    assert city.entry.sign_in.sign_in(attempt, city.now)


def test_provider_that_hangs_is_left_in_time(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_module, "STEP_TIMEOUT", 0.2)
    city.provider.waits = 1.0
    begun = datetime.now(UTC)
    with pytest.raises(SingleSignOnRefused):
        city.starts()
    assert datetime.now(UTC) - begun < timedelta(seconds=0.9)


def test_hanging_provider_holds_four_requests_at_most(city: City) -> None:
    for _ in range(provider_module.AT_ONCE):
        assert city.entry.provider.slots.acquire(blocking=False)
    with pytest.raises(SingleSignOnRefused):
        city.starts()
    assert city.provider.requests == []


def test_long_document_is_refused(city: City) -> None:
    city.provider.documents = {"more": "x" * provider_module.MOST_BYTES}
    with pytest.raises(SingleSignOnRefused):
        city.starts()


def test_linked_account_has_no_password_and_no_codes(city: City) -> None:
    invitation = city.invites()
    totp = find_invitation(city.engine, city.settings, invitation, city.now).totp
    city.signs_in(invitation)
    with city.engine.connect() as connection:
        row = connection.execute(text("SELECT password_hash, sealed_totp, recovery_sha256 FROM staff_member")).one()
    assert (row[0], bytes(row[1]), row[2]) == (None, b"", "[]")
    with pytest.raises(SignInRefused):
        city.entry.sign_in.sign_in(Attempt("maria", PASSWORD, pyotp.TOTP(totp).now(), "here"), city.now)


def test_new_link_ends_the_single_sign_on(city: City) -> None:
    city.links()
    renew_invitation(city.engine, city.settings, "maria", city.machine)
    assert refused_for(city) == "not invited"


def test_last_operator_with_a_password_keeps_it(city: City) -> None:
    """An operator of the single sign-on is no way in when the provider is down."""
    token = city.invites("olga", "operator")
    totp = find_invitation(city.engine, city.settings, token, city.now).totp
    join(city.engine, city.settings, token, PASSWORD, pyotp.TOTP(totp).now(), city.now)
    city.links("maria", "operator")
    for leave in (lambda: remove_member(city.engine, "olga", Actor("maria", city.now)),
                  lambda: renew_invitation(city.engine, city.settings, "olga", Actor("maria", city.now))):  # fmt: skip
        with pytest.raises(LastOperator):
            leave()


def test_one_account_belongs_to_one_member(city: City) -> None:
    city.links()
    other = city.invites("marta")
    with pytest.raises(SingleSignOnRefused, match="another member of staff already"):
        city.signs_in(other)
    remove_member(city.engine, "maria", city.machine)
    assert refused_for(city) == "removed"
    assert city.signs_in(other) == "marta"


GROUPS = (
    GroupRole("trust-reviewers", "reviewer"),
    GroupRole("trust-operators", "operator"),
)


def test_group_gives_role_and_account(city: City) -> None:
    city.renews(groups=GROUPS)
    assert refused_for(city) == "no role"
    city.provider.changes = {"groups": ["everyone", "trust-reviewers"]}
    assert city.signs_in() == "maria.lopez"
    (made,) = list_staff(city.engine)
    assert (made.role, made.status, made.counts) == ("reviewer", "works", False)
    city.provider.changes = {"groups": "trust-operators"}
    assert city.signs_in() == "maria.lopez"
    assert list_staff(city.engine)[0].role == "operator"
    assert ("single sign-on", "staff role changed", "") in city.acts()


def test_two_people_of_one_name_get_two_accounts(city: City) -> None:
    city.renews(groups=GROUPS)
    city.provider.changes = {"groups": ["trust-reviewers"]}
    city.signs_in()
    city.provider.person["sub"] = "maria-2"
    assert city.signs_in() == "maria.lopez-2"


def test_removed_group_ends_access_and_sessions(city: City) -> None:
    city.renews(groups=GROUPS)
    city.provider.changes = {"groups": ["trust-reviewers"]}
    started = city.starts()
    entered = city.entry.finish(Return(started.key, **city.provider.authorize(started.address)), city.now)
    city.provider.changes = {"groups": ["everyone"]}
    assert find_signed_in(city.engine, entered.token, city.now)
    assert refused_for(city) == "no role"
    assert find_signed_in(city.engine, entered.token, city.now) is None


def test_group_without_its_agency_gives_no_account(city: City) -> None:
    city.renews(groups=(GroupRole("police", "agency", ("river-city/police",)),))
    city.provider.changes = {"groups": ["police"]}
    assert refused_for(city) == "no role"
    assert list_staff(city.engine) == []


def test_wanted_class_of_authentication_is_checked(city: City) -> None:
    city.renews(acr="mfa")
    invitation = city.invites()
    assert refused_for(city, invitation=invitation) == "token"
    city.provider.changes = {"acr": "mfa"}
    assert city.signs_in(city.invites("marta")) == "marta"
    assert "acr_values=mfa" in city.starts().address


def test_database_holds_nothing_that_finishes_a_sign_in(city: City) -> None:
    started = city.starts()
    brought = city.provider.authorize(started.address)
    with city.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM sign_in_start")).all())
    for secret in (started.key, brought["state"], CLIENT_SECRET, city.provider.codes[brought["code"]]["nonce"]):
        assert secret not in kept
    assert CLIENT_SECRET not in repr(city.entry.settings)


def test_every_role_can_be_given_by_a_group() -> None:
    assert set(ROLE_PLACES) == {*ROLES, ORGANIZATION}
