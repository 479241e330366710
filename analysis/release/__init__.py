"""The data set of a wave: one recipe from answers to the gate."""

from analysis.release.columns import off_scale_column as off_scale_column
from analysis.release.plan import KeyPlan as KeyPlan
from analysis.release.plan import ReleasePlan as ReleasePlan
from analysis.release.recipe import draft_release as draft_release
