"""Write, verify and restore backups."""
