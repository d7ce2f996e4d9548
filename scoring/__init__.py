"""The core: typed tables, scores, stages, steps and coverage. Pure functions; no I/O, no clock, no randomness."""
