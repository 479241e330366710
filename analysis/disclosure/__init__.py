"""The last room: what may be published. Nothing else makes a `PublishedReport` or `ProtectedMicrodata`."""

from analysis.disclosure.audit import Audit as Audit
from analysis.disclosure.audit import Finding as Finding
from analysis.disclosure.audit import Release as Release
from analysis.disclosure.audit import audit_releases as audit_releases
from analysis.disclosure.catalogue import EVERYONE as EVERYONE
from analysis.disclosure.catalogue import Catalogue as Catalogue
from analysis.disclosure.catalogue import Domain as Domain
from analysis.disclosure.catalogue import domain_id as domain_id
from analysis.disclosure.cells import Cell as Cell
from analysis.disclosure.cells import Shown as Shown
from analysis.disclosure.cells import Withheld as Withheld
from analysis.disclosure.draft import DraftFact as DraftFact
from analysis.disclosure.draft import DraftReport as DraftReport
from analysis.disclosure.draft import DraftSection as DraftSection
from analysis.disclosure.draft import DraftTable as DraftTable
from analysis.disclosure.microdata import ProtectedMicrodata as ProtectedMicrodata
from analysis.disclosure.publication import PublishedReport as PublishedReport
from analysis.disclosure.publication import Withholding as Withholding
from analysis.disclosure.publication import preview as preview
from analysis.disclosure.publication import publish as publish
from analysis.disclosure.publication import restore as restore
from analysis.disclosure.rules import Rules as Rules
from analysis.disclosure.sealing import Sealed as Sealed
from analysis.disclosure.sealing import SealedValue as SealedValue
from analysis.disclosure.tables import ProtectedRow as ProtectedRow
from analysis.disclosure.tables import ProtectedTable as ProtectedTable
