"""Languages, their catalogues and their formats. Knows nothing of the rest of the app."""
