"""Plans: a small readable file that says what to analyse, and how it is carried out."""

from analysis.plan.loading import load_plan as load_plan
from analysis.plan.plan import Plan as Plan
from analysis.plan.problems import BadPlan as BadPlan
from analysis.plan.problems import NotInPlan as NotInPlan
