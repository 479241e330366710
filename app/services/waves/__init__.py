"""Run a survey round from its plan to the opened box."""
