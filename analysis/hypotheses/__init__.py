"""Tests of hypotheses with the design's variance: independence, goodness of fit, two means, ranks."""

from analysis.hypotheses.fit_tests import FitTests as FitTests
from analysis.hypotheses.fit_tests import fit_tests as fit_tests
from analysis.hypotheses.goodness import goodness_of_fit as goodness_of_fit
from analysis.hypotheses.independence import independence as independence
from analysis.hypotheses.means import t_test as t_test
from analysis.hypotheses.ranks import rank_test as rank_test
from analysis.hypotheses.result import Test as Test
