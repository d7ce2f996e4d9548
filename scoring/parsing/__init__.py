"""The sheet's cells → typed tables and notes. Read `parse` first.

From the whole to the single cell: `parse` (one sheet), `tab_search` (which tab is which), `headers` (which column is
which), `tables` (one tab), `references`, `identity` (who is meant), `settings` (Einstellungen), `cells` (one column),
`readers` and `reading` (one cell), `numbers`, `dates`, `codes` (one text).
"""
