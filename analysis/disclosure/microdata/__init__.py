"""Protect data sets for researchers, so that no one can be found in them."""

from analysis.disclosure.microdata.codes import MISSING as MISSING
from analysis.disclosure.microdata.draft import DraftMicrodata as DraftMicrodata
from analysis.disclosure.microdata.draft import DraftSource as DraftSource
from analysis.disclosure.microdata.publication import ProtectedMicrodata as ProtectedMicrodata
from analysis.disclosure.microdata.publication import release as release
from analysis.disclosure.microdata.publication import restore_microdata as restore_microdata
from analysis.disclosure.microdata.refusals import MicrodataRefused as MicrodataRefused
from analysis.disclosure.microdata.rules import MicrodataRules as MicrodataRules
from analysis.disclosure.microdata.variables import Tells as Tells
from analysis.disclosure.microdata.variables import Variable as Variable
