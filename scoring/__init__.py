"""The core: typed tables, scores, stages, steps and coverage. Pure functions; no I/O, no clock, no randomness.

Where a line belongs:

- what the sheet is: `columns`, `tabs` (the one column table), `domain` (closed sets), `snapshot`, `addresses`, `text`
- what was read: `parsing` (cells → tables and notes), `alliance` (the tables), `messages` (what is to be said)
- how important and how easy: `impact`, `ease`, `robustness`, `priority`, `estimates`, `emissions`, `choices`
- where everyone stands: `meetings`, `letters`, `measures`, `press`, `stages`, `steps` (`step_rules`, `step_codes`)
- what may be claimed: `figures`, `families`, `overlaps`, `coverage`, `doubts`
- what to do next: `recommend`, `overdue`, `to_add`
- one assessment and what it leaves: `assess`, `assessment`, `memory`, `remember`
"""
