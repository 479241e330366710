"""Scorecards: counts that agencies keep, figures of their own surveys, and quotes from published reports."""

from analysis.disclosure.scorecard.draft import DraftScorecard as DraftScorecard
from analysis.disclosure.scorecard.draft import DraftUnit as DraftUnit
from analysis.disclosure.scorecard.draft import Quote as Quote
from analysis.disclosure.scorecard.publication import BrokenScorecard as BrokenScorecard
from analysis.disclosure.scorecard.publication import PublishedScorecard as PublishedScorecard
from analysis.disclosure.scorecard.publication import publish_scorecard as publish_scorecard
from analysis.disclosure.scorecard.publication import restore_scorecard as restore_scorecard
from analysis.disclosure.scorecard.rates import CountedShare as CountedShare
from analysis.disclosure.scorecard.rates import added as added
from analysis.disclosure.scorecard.rates import share_of as share_of
from analysis.disclosure.scorecard.steps import ShareStep as ShareStep
from analysis.disclosure.scorecard.steps import step_of as step_of
from analysis.disclosure.scorecard.units import PublishedUnit as PublishedUnit
