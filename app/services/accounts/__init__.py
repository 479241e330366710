"""Sign staff in, manage their accounts and permissions, and issue API keys to programs."""
