"""Languages, their catalogs and their formats. Knows nothing of the rest of the app."""
