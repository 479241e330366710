"""A walk through all that a resident can meet, in every language and look. `python -m tests.walk` does all of it."""
