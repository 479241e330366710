"""Describe communities and agencies: names, population and workforce tables."""
