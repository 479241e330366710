"""Communities stand beside each other only where they count alike."""

from __future__ import annotations

from sqlalchemy import Engine

from app.services.communities.register_import import Registered, store_register
from app.services.scorecards.comparison import compare
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.load import load_measures
from app.services.scorecards.publish import list_scorecards, publish_community
from tests.services.making import ACT
from tests.services.scorecards.making import make_rows


def test_communities_with_other_definitions_are_named_apart(engine: Engine) -> None:
    versions = {"alder": "1", "birch": "1", "cedar": "1+8-hours"}
    for slug, version in versions.items():
        store_register(engine, [Registered(slug, slug.title(), "police", "the police")], ACT)
        served = {"measure": "1.2b", "version": version}
        load_measures(engine, slug, make_rows({"version": version}, served), ACT, "t.csv")
        publish_community(engine, slug, ACT)
    found = {each.measure.id: each for each in compare(list_scorecards(engine), load_definitions())}
    assert set(found) == {"1.1", "1.2b"}
    assert [each.community for each in found["1.1"].communities] == ["alder", "birch"]
    assert (found["1.1"].version, found["1.1"].counted_otherwise) == ("1", ("cedar",))


def test_one_community_alone_is_no_comparison(engine: Engine) -> None:
    store_register(engine, [Registered("alder", "Alder", "police", "the police")], ACT)
    load_measures(engine, "alder", make_rows({}), ACT, "t.csv")
    publish_community(engine, "alder", ACT)
    assert compare(list_scorecards(engine), load_definitions()) == []
