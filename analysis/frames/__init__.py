"""The border: data frames of any make come in as a `Table`, and results leave as frames."""

from analysis.frames.cells import Cells as Cells
from analysis.frames.cells import combined as combined
from analysis.frames.condition import Condition as Condition
from analysis.frames.factor import Factor as Factor
from analysis.frames.factor import crossed as crossed
from analysis.frames.table import Table as Table
