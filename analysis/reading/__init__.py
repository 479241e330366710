"""Files become tables: CSV of any common make, workbooks, Parquet, SPSS and Stata, with their labels."""

from analysis.reading.file import DataFile as DataFile
from analysis.reading.file import load_data as load_data
from analysis.reading.form import MISSING_WORDS as MISSING_WORDS
from analysis.reading.form import TextForm as TextForm
from analysis.reading.grid import Grid as Grid
from analysis.reading.grid import read_grid as read_grid
from analysis.reading.number_text import parsed_number as parsed_number
