"""Exchange catalogs with translators, collect their sign-offs and find what is untranslated or unreviewed."""
