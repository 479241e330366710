"""Keep the registers of a community: what was promised, met, paid, asked and improved, and what follows from it."""
