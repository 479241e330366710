"""The command line: ``python -m analysis estimate|index|gaps|test|model|reliability|weights PLAN``."""

from analysis.command.main import main as main
