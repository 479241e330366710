"""Share what several journeys use: who acts, rate limits, tables, the object store, the audit log, names in reports."""
