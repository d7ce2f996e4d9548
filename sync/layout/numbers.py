"""How exactly a sheet made by `setup` shows its numbers; the patterns are spelled by each kind of sheet."""

SCORES = frozenset({"priority", "impact", "ease"})
"""Columns of the service from 0 to 100 that show one decimal: rounded once more they would contradict the sentences."""

WHOLE = frozenset({"jobs", "population", "jobs_total"})
"""The people's numbers without a unit that are large and whole: their thousands are separated."""
