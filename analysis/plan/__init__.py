"""Read and run plans: small readable files that define an analysis."""

from analysis.plan.loading import load_plan as load_plan
from analysis.plan.plan import Plan as Plan
from analysis.plan.problems import BadPlan as BadPlan
from analysis.plan.problems import NotInPlan as NotInPlan
