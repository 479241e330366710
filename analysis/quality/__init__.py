"""Flag answers that were probably given without reading. No answer is removed."""

from analysis.quality.straight import straight_lines as straight_lines
from analysis.quality.twins import twins as twins
