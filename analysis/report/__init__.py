"""The report of a wave: one recipe from answers to a published report."""

from analysis.report.recipe import analyse as analyse
from analysis.report.recipe import draft_report as draft_report
from analysis.report.study import ItemPlan as ItemPlan
from analysis.report.study import ReportPlan as ReportPlan
from analysis.report.study import Sample as Sample
from analysis.report.study import SharePlan as SharePlan
from analysis.report.weighting import weigh as weigh
