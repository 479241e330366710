"""How well several items measure one thing: alpha, lambda, omega, and what each item adds."""

from analysis.reliability.alpha import LOW as LOW
from analysis.reliability.alpha import ItemStatistics as ItemStatistics
from analysis.reliability.alpha import Reliability as Reliability
from analysis.reliability.alpha import reliability as reliability
from analysis.reliability.covariance import TooFewAnswers as TooFewAnswers
from analysis.reliability.covariance import covariance_of_answers as covariance_of_answers
from analysis.reliability.hierarchical import HierarchicalOmega as HierarchicalOmega
from analysis.reliability.hierarchical import hierarchical_omega as hierarchical_omega
from analysis.reliability.invariance import Invariance as Invariance
from analysis.reliability.invariance import invariance as invariance
from analysis.reliability.jackknife import JackknifeAlpha as JackknifeAlpha
from analysis.reliability.jackknife import jackknife_alpha as jackknife_alpha
from analysis.reliability.linearized import design_alpha as design_alpha
from analysis.reliability.omega import NoOneFactorFit as NoOneFactorFit
from analysis.reliability.omega import Omega as Omega
from analysis.reliability.omega import omega as omega
from analysis.reliability.polychoric import OrdinalAlpha as OrdinalAlpha
from analysis.reliability.polychoric import ordinal_alpha as ordinal_alpha
