"""Attack our own publications: find the facts that a reader could derive from everything published for a wave."""

from analysis.disclosure.audit.findings import Audit as Audit
from analysis.disclosure.audit.findings import Finding as Finding
from analysis.disclosure.audit.inquiry import audit_releases as audit_releases
from analysis.disclosure.audit.inquiry import find_known_before as find_known_before
from analysis.disclosure.audit.knowledge import KNOWLEDGE as KNOWLEDGE
from analysis.disclosure.audit.knowledge import EarlierRelease as EarlierRelease
from analysis.disclosure.audit.knowledge import Knowledge as Knowledge
