"""Files become tables: CSV of any common make, Parquet, SPSS and Stata, with their labels."""

from analysis.reading.file import DataFile as DataFile
from analysis.reading.file import load_data as load_data
from analysis.reading.text import TextForm as TextForm
