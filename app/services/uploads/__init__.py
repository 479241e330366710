"""Check and store the tables that operators upload in the console."""
