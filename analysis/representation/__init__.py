"""Whether the people of an agency, or the respondents of a survey, look like the people they stand for."""

from analysis.representation.gaps import GroupGap as GroupGap
from analysis.representation.gaps import Parity as Parity
from analysis.representation.gaps import Representation as Representation
from analysis.representation.gaps import ShareMeasure as ShareMeasure
from analysis.representation.gaps import dissimilarity_index as dissimilarity_index
from analysis.representation.gaps import overlap_index as overlap_index
from analysis.representation.gaps import representation as representation
from analysis.representation.margins import BadMargin as BadMargin
from analysis.representation.margins import moe_of_proportion as moe_of_proportion
from analysis.representation.margins import moe_of_ratio as moe_of_ratio
from analysis.representation.margins import moe_of_sum as moe_of_sum
from analysis.representation.margins import se_from_moe as se_from_moe
from analysis.representation.shares import BadShares as BadShares
from analysis.representation.shares import GroupsDiffer as GroupsDiffer
from analysis.representation.shares import OverlappingShares as OverlappingShares
from analysis.representation.shares import Shares as Shares
from analysis.representation.shares import SharesDoNotSum as SharesDoNotSum
