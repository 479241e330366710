"""Build, publish and verify data sets for researchers."""
