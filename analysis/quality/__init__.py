"""Answers that were given without reading, as far as the answers themselves can tell. Nothing is ever removed."""

from analysis.quality.straight import straight_lines as straight_lines
from analysis.quality.twins import twins as twins
