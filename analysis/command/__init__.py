"""The command line: ``python -m analysis estimate|index|gaps|weights PLAN``."""

from analysis.command.main import main as main
