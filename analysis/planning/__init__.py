"""Plan a survey: sample sizes, precision, power, allocation to strata, and samples in two stages."""

from analysis.planning.allocation import Allocation as Allocation
from analysis.planning.allocation import Stratum as Stratum
from analysis.planning.allocation import allocate as allocate
from analysis.planning.clusters import two_stage_plan as two_stage_plan
from analysis.planning.differences import detectable_shares as detectable_shares
from analysis.planning.differences import size_for_means as size_for_means
from analysis.planning.differences import size_for_shares as size_for_shares
from analysis.planning.power import power_of_means as power_of_means
from analysis.planning.power import power_of_shares as power_of_shares
from analysis.planning.power import power_of_trend as power_of_trend
from analysis.planning.sizes import invitations as invitations
from analysis.planning.sizes import planned_deff as planned_deff
from analysis.planning.sizes import precision as precision
from analysis.planning.sizes import sample_size as sample_size
from analysis.planning.table import PlannedGroup as PlannedGroup
from analysis.planning.table import precision_table as precision_table
