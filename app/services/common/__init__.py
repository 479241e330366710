"""Share what several journeys use: the actor, rate limits, tables, the object store, the audit log and names."""
