"""A made-up community whose truth is known: its residents, their answers over HTTP, its waves and reports.

Everything it makes says of itself that it is simulated.
"""
