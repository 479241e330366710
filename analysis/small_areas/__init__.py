"""Estimate small areas: Fay-Herriot, unit-level EBLUP, multilevel regression with poststratification, benchmarking."""

from analysis.small_areas.fay_herriot import fay_herriot as fay_herriot
from analysis.small_areas.multilevel import multilevel_shares as multilevel_shares
from analysis.small_areas.result import SmallArea as SmallArea
from analysis.small_areas.result import SmallAreas as SmallAreas
from analysis.small_areas.result import benchmark as benchmark
from analysis.small_areas.units import unit_eblup as unit_eblup
