"""The door of data sets: a draft goes in, and only here `ProtectedMicrodata` comes to be."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from analysis.disclosure.sealing import _SEAL as _SEAL
from analysis.disclosure.sealing import SealedValue

SCHEMA = "commontrust/microdata/1"


class ProtectedMicrodata(SealedValue[Mapping[str, NDArray[Any]]]):
    """A data set that may be read by anyone: made by `release`, or by `restore_microdata` from its bytes."""

    __slots__ = ()

    @property
    def rows(self) -> int:
        """Number of records."""
        return int(self.document["rows"])

    @property
    def columns(self) -> Mapping[str, NDArray[Any]]:
        """Its columns in order, read-only: codes as int16; indices and weights as float64, NaN for no score."""
        return self._contents.parts
