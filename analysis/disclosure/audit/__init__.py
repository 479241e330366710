"""The attack on our own publications: what a reader could find out from everything published for a wave."""

from analysis.disclosure.audit.findings import Audit as Audit
from analysis.disclosure.audit.findings import Finding as Finding
from analysis.disclosure.audit.inquiry import audit_releases as audit_releases
from analysis.disclosure.audit.knowledge import KNOWLEDGE as KNOWLEDGE
from analysis.disclosure.audit.knowledge import EarlierRelease as EarlierRelease
from analysis.disclosure.audit.knowledge import Knowledge as Knowledge
