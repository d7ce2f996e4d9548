"""`setup` on a workbook: making a new one, and adding to one that is there what it misses.

`sync.workbook.setup.create` makes, `sync.workbook.setup.extend` adds; nothing else is called from outside. Only here a
workbook is built by openpyxl: a sync, which imports none of this, splices cells (`sync.workbook.save`).
"""
