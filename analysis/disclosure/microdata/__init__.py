"""Data sets that researchers can trust and nobody can be found in."""

from analysis.disclosure.microdata.door import ProtectedMicrodata as ProtectedMicrodata
