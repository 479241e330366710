"""Draw samples from lists: PPS probabilities, systematic and stratified selection, joint probabilities, protocols."""

from analysis.drawing.draw import Drawing as Drawing
from analysis.drawing.draw import draw_sample as draw_sample
from analysis.drawing.joint import joint_probabilities as joint_probabilities
from analysis.drawing.joint import variance_of_total as variance_of_total
from analysis.drawing.probabilities import pps_probabilities as pps_probabilities
from analysis.drawing.systematic import stratified_systematic as stratified_systematic
from analysis.drawing.systematic import systematic_hits as systematic_hits
from analysis.drawing.systematic import systematic_pps as systematic_pps
from analysis.drawing.systematic import two_stage_draw as two_stage_draw
