"""The 0-100 index: a recipe says which items make it, scoring turns answers into points."""

from analysis.index.recipe import BadRecipe as BadRecipe
from analysis.index.recipe import FacetRecipe as FacetRecipe
from analysis.index.recipe import IndexRecipe as IndexRecipe
from analysis.index.scoring import IndexScores as IndexScores
from analysis.index.scoring import OffScale as OffScale
from analysis.index.scoring import item_points as item_points
from analysis.index.scoring import score_items as score_items
