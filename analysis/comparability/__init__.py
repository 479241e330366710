"""Comparability of answers between languages and groups: differential item functioning."""

from analysis.comparability.dif import ItemDif as ItemDif
from analysis.comparability.dif import item_dif as item_dif
