"""Flag answers that were probably given without reading. No answer is removed."""

from analysis.quality.duplicates import twins as twins
from analysis.quality.straightlining import straight_lines as straight_lines
