"""Run long work beside the pages: a queue and its supervisor."""
