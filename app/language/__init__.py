"""Languages, their catalogs and their formats. This package does not depend on the rest of the app."""
