"""The two pages: one with everything for the team, one that anybody may see.

Both are single HTML files without scripts and without anything from outside. What belongs here: which facts a page
shows. What does not: the words and the layout (`templates/pages`, `reports.wording`), and where a page is written to.
"""

from reports.pages.public import public_page
from reports.pages.team import team_page

__all__ = ["public_page", "team_page"]
