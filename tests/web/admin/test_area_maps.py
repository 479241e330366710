"""An operator uploads the map of a community; what is no map is refused with its reason."""

from __future__ import annotations

from app.demo.community import area_map
from tests.web.admin.people import Office

MAP = "/staff/communities/river-city/map"


def test_map_is_stored_and_drawn(office: Office) -> None:
    shown = office.olga.visits(MAP).fills_in(files={"map": ("areas.geojson", area_map())})
    assert "The map is stored." in shown.text
    assert len(shown.page.xpath("//*[contains(@class, 'area-shape')]")) == 4


def test_file_that_is_no_map_is_refused(office: Office) -> None:
    refused = office.olga.visits(MAP).fills_in(files={"map": ("areas.geojson", b"{}")})
    assert refused.status == 422
    assert "Expected a GeoJSON FeatureCollection" in refused.text
    assert office.olga.visits(MAP).fills_in(files={"nothing": ("", b"")}).status == 422
    assert office.bob.visits(MAP).status == 403
