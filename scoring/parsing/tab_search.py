"""Which tab of the sheet is which of the people's, for the parser and for `setup` alike.

What belongs here: telling whole tabs apart. Where the table stands in one is `parsing.headers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.columns import Owner, TabSpec
from scoring.parsing.headers import find_header, tab_name
from scoring.snapshot import Snapshot, Tab
from scoring.tabs import TABS

_PEOPLES = tuple(spec for spec in TABS.values() if spec.owner is Owner.PEOPLE)


@dataclass(frozen=True, kw_only=True)
class FoundTabs:
    """The people's tabs by their name in code, and those that are not read, each with the one that is read instead."""

    tabs: Mapping[str, Tab]
    unread: tuple[tuple[Tab, Tab], ...]


def find_people_tabs(snapshot: Snapshot, known: Mapping[str, str]) -> FoundTabs:
    """Find each tab by its title, else (renamed) by the id that `known` holds for its name in code.

    The id alone proves nothing, because programs number tabs anew when they save: the headers must fit too. A renamed
    tab is read even beside one that has the title as long as that one holds no row (it was added because nobody knew of
    the other) or is another one by id and headers (people passed the title on).
    """
    tabs: dict[str, Tab] = {}
    unread: list[tuple[Tab, str]] = []
    for tab in snapshot.people_tabs:
        name = tab_name(tab.title)
        if name in tabs:
            unread.append((tab, name))
        elif name in {spec.name for spec in _PEOPLES}:
            tabs[name] = tab
    for spec in _PEOPLES:
        titled, renamed = tabs.get(spec.name), _renamed(spec, snapshot, known, tabs)
        if renamed is None:
            continue
        if titled is None or not _has_rows(spec, titled) or _is_passed_on(spec, titled, known):
            tabs[spec.name] = renamed
        if titled is not None:
            unread.append((titled if tabs[spec.name] is renamed else renamed, spec.name))
    read = {tab.id for tab in tabs.values()}
    return FoundTabs(tabs=tabs, unread=tuple((tab, tabs[name]) for tab, name in unread if tab.id not in read))


def _renamed(spec: TabSpec, snapshot: Snapshot, known: Mapping[str, str], titled: Mapping[str, Tab]) -> Tab | None:
    """Return the tab of that id if it has a title of the team's own, or one that leads elsewhere, and the headers fit.

    They do with the key and one more that is known, or with the key alone: a list of nothing but names.
    """
    tab = next((tab for tab in snapshot.people_tabs if tab.id == known.get(spec.name)), None)
    header = find_header(spec, tab) if tab else None
    if tab is None or header is None:
        return None
    if (name := tab_name(tab.title)) and titled.get(name, tab) is tab:
        return None
    return tab if len(header.columns) + len(tab.lookups) > 1 or not header.unknown else None


def _is_passed_on(spec: TabSpec, titled: Tab, known: Mapping[str, str]) -> bool:
    """Say whether a tab that has the title is remembered as another one, and looks more like that one."""
    name = next((name for name, tab_id in known.items() if tab_id == titled.id), "")
    there, here = (find_header(other, titled) for other in (TABS.get(name, spec), spec))
    return there is not None and len(there.columns) > (len(here.columns) if here else 0)


def _has_rows(spec: TabSpec, tab: Tab) -> bool:
    """Say whether anything stands below the header, or anywhere when there is none."""
    header = find_header(spec, tab)
    first = header.row + 1 if header else 0
    return any(
        cell is not None and cell is not False and str(cell).strip() for row in tab.cells[first:] for cell in row
    )
