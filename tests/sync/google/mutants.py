"""Faults put into the adapter on purpose, each as a replacement in one file, and the tests that must notice it."""

from tests.mutants import Mutant

WRITE, READ, CONNECTION = "sync/google/write.py", "sync/google/read.py", "sync/google/connection.py"
LINKS, ALLOWED = "sync/google/links.py", "sync/google/allowed.py"
PLAN, FORMULA, COLUMNS = "sync/plan.py", "sync/layout/lookup_formula.py", "sync/google/setup/columns.py"
REQUESTS, TRANSPORT, SHEET = "sync/google/api_requests.py", "sync/google/transport.py", "sync/google/__init__.py"

TESTS_WRITE, TESTS_READ = "tests/sync/google/test_write.py", "tests/sync/google/test_read.py"
TESTS_CONNECTION, TESTS_EDITS = "tests/sync/google/test_connection.py", "tests/sync/google/test_edits_between_calls.py"
TESTS_LOOK, TESTS_SETUP = "tests/sync/google/test_last_look.py", "tests/sync/google/test_setup_new.py"
TESTS_PLAN, TESTS_CASES = "tests/sync/test_plan.py", "tests/sync/google/test_fixed_cases.py"
TESTS_ADOPTED, TESTS_LINKS = "tests/sync/google/test_setup_adopted.py", "tests/sync/google/test_links.py"
TESTS_ALLOWED = "tests/sync/google/test_allowed.py"

MUTANTS = (
    Mutant(
        name="every row goes to the tab of the results",
        file=WRITE,
        old="put_rows(SERVICE_TAB_IDS[write.tab], write.row - 1, write.column, [], fields=fields_of(write))",
        new='put_rows(SERVICE_TAB_IDS["results"], write.row - 1, write.column, [], fields=fields_of(write))',
        tests=(TESTS_WRITE,),
        only="tick_is_taken_out or no_more_calls",
    ),
    Mutant(
        name="rows are written by title, not by id",
        file=WRITE,
        old="        answer = connection.update(batch, fields=WRITTEN)\n",
        new="""        for each in [one["updateCells"] for one in batch if "updateCells" in one]:
            tab = next(t for t in snapshot.tabs if t.id == str(each["start"]["sheetId"]))
            values = [[next(iter(c.get("userEnteredValue", {"": None}).values())) for c in row["values"]]
                      for row in each["rows"]]
            connection._carry_out(lambda: connection._client.values_update(
                connection.spreadsheet, f"'{tab.title}'!A{each['start']['rowIndex'] + 1}",
                params={"valueInputOption": "RAW"}, body={"values": values}), writing=True)
        answer = connection.update([], fields=WRITTEN)
""",
        tests=(TESTS_WRITE,),
        only="renamed_service_tab",
    ),
    Mutant(
        name="rows are written one row too low",
        file=WRITE,
        old="put_rows(SERVICE_TAB_IDS[write.tab], write.row - 1, write.column, [], fields=fields_of(write))",
        new="put_rows(SERVICE_TAB_IDS[write.tab], write.row, write.column, [], fields=fields_of(write))",
        tests=(TESTS_WRITE,),
        only="written_in_one_call",
    ),
    Mutant(
        name="no last look before a write is sent",
        file=WRITE,
        old="        assert_service_requests(batch)\n",
        new="",
        tests=(TESTS_LOOK,),
    ),
    Mutant(
        name="no look at the plan",
        file=SHEET,
        old="        assert_ours(plan, snapshot)\n",
        new="",
        tests=(TESTS_WRITE,),
        only="never_sent",
    ),
    Mutant(
        name="a write of unknown outcome is sent again",
        file=CONNECTION,
        old="if not failure.passing or (writing and not failure.untouched):",
        new="if not failure.passing:",
        tests=(TESTS_CONNECTION,),
        only="never_resent",
    ),
    Mutant(
        name="an unknown outcome is taken for a failure like any other",
        file="sync/google/failures.py",
        old="if writing and not self.untouched:",
        new="if False:",
        tests=(TESTS_WRITE,),
        only="unknown_outcome",
    ),
    Mutant(
        name="the row of a mail includes Freigabe",
        file=PLAN,
        old="in ((0, RELEASE_COLUMN), (RELEASE_COLUMN + 1, len(row))) if number > 1 else ((0, len(row)),):",
        new="in ((0, len(row)),):",
        tests=(TESTS_PLAN,),
    ),
    Mutant(
        name="Freigabe passes the last look",
        file=ALLOWED,
        old='if start["sheetId"] == OUTBOX_ID and any(',
        new='if start["sheetId"] == 0 and any(',
        tests=(TESTS_LOOK,),
    ),
    Mutant(
        name="a mail keeps its position, not its number",
        file=PLAN,
        old="places: dict[Cell, int] = {row[0]: number for number, row in enumerate(there, 1) if number > 1 and row}",
        new="places: dict[Cell, int] = {row[0]: number for number, row in enumerate(wanted, 2)}",
        tests=(TESTS_PLAN, TESTS_EDITS),
        only="outbox or mail or under_way",
    ),
    Mutant(
        name="Übersicht first instead of last",
        file=WRITE,
        old="return (write.tab == OVERVIEW.name, SERVICE_TAB_IDS[write.tab], write.column",
        new="return (write.tab != OVERVIEW.name, SERVICE_TAB_IDS[write.tab], write.column",
        tests=(TESTS_LOOK,),
    ),
    Mutant(
        name="only the first 2 MB are written",
        file=WRITE,
        old="            batch, size, before = [], 0, None\n",
        new="            return\n",
        tests=(TESTS_WRITE,),
        only="large_plan",
    ),
    Mutant(
        name="everything in one call, however large",
        file=WRITE,
        old="LARGEST = 1_900_000",
        new="LARGEST = 190_000_000",
        tests=(TESTS_WRITE,),
        only="large_plan",
    ),
    Mutant(
        name="values are written with all looks",
        file=REQUESTS,
        old='{"updateCells": {"start": start, "rows": rows, "fields": fields}}',
        new='{"updateCells": {"start": start, "rows": rows, "fields": "*"}}',
        tests=(TESTS_WRITE,),
        only="written_in_one_call",
    ),
    Mutant(
        name="the tick is taken out in every run",
        file=PLAN,
        old="if len(row) > TICK_COLUMN and is_ticked(row[TICK_COLUMN]):",
        new="if len(row) > TICK_COLUMN:",
        tests=(TESTS_PLAN, TESTS_EDITS),
        only="tick or under_way",
    ),
    Mutant(
        name="a tick box is emptied instead of unticked",
        file=WRITE,
        old="if was_tick and value is None:",
        new="if False:",
        tests=(TESTS_WRITE,),
        only="tick_is_taken_out",
    ),
    Mutant(
        name="a sync rewrites the heading of a grey column",
        file=WRITE,
        old="        assert_service_requests(batch)\n",
        new="""        assert_service_requests(batch)
        actors = next(tab for tab in snapshot.tabs if tab.title == "Akteure")
        batch.append(put_rows(int(actors.id), 0, 1, [{"values": [{"userEnteredValue": {"stringValue": "Stand"}}]}]))
""",
        tests=(TESTS_EDITS,),
        only="under_way",
    ),
    Mutant(
        name="the list of tabs is never asked for again after a tab was gone",
        file=SHEET,
        old="            self._remember(())  # tabs may have come or gone\n",
        new="",
        tests=(TESTS_WRITE,),
        only="came_or_went",
    ),
    Mutant(
        name="an old list of tabs is believed",
        file=READ,
        old="if reading is not None and not _is_old(reading, tab_ids):",
        new="if reading is not None:",
        tests=(TESTS_READ,),
    ),
    Mutant(
        name="a renamed tab of people is not read",
        file=READ,
        old="tab.id in _SERVICE or tab_name(tab.title) in _PEOPLES or tab.id in tab_ids.values()",
        new="tab.id in _SERVICE or tab_name(tab.title) in _PEOPLES",
        tests=(TESTS_READ,),
        only="renamed or swapped",
    ),
    Mutant(
        name="numbers and booleans are read as they look",
        file=CONNECTION,
        old='"valueRenderOption": "UNFORMATTED_VALUE", "date',
        new='"valueRenderOption": "FORMATTED_VALUE", "date',
        tests=(TESTS_READ,),
        only="as_they_stand",
    ),
    Mutant(
        name="days are read as numbers",
        file=CONNECTION,
        old='"dateTimeRenderOption": "FORMATTED_STRING"',
        new='"dateTimeRenderOption": "SERIAL_NUMBER"',
        tests=(TESTS_READ,),
        only="as_they_stand",
    ),
    Mutant(
        name="the grid does not grow",
        file=WRITE,
        old="            if wanted > there:\n",
        new="            if wanted < 0:\n",
        tests=(TESTS_WRITE,),
        only="grid_grows",
    ),
    Mutant(
        name="grey columns are found by position, not by field",
        file=FORMULA,
        old="(column_letter(fields.index(name)) for name in (RESULTS.key, field))",
        new='("A", column_letter(1 + [c.field for c in ACTORS.lookups].index(field)))',
        tests=(TESTS_SETUP,),
        only="show_the_results",
    ),
    Mutant(
        name="tabs that a sync adds are not protected",
        file="sync/google/new_tab.py",
        old='[*requests, {"addProtectedRange": {"protectedRange": tab_protection(spec, account)}}]',
        new="requests",
        tests=(TESTS_LOOK,),
    ),
    Mutant(
        name="calls are repeated without a deadline",
        file=CONNECTION,
        old="return wait if self._limit.is_before_deadline(wait) else False",
        new="return wait",
        tests=(TESTS_CONNECTION,),
        only="waits_double",
    ),
    Mutant(
        name="a refused token is not renewed",
        file=TRANSPORT,
        old="            self._bearer.refresh()\n            response = ",
        new="            response = ",
        tests=(TESTS_CONNECTION,),
        only="renewed_once",
    ),
    Mutant(
        name="text is written as a formula",
        file=WRITE,
        old='return _entered("stringValue", text)',
        new='return _entered("formulaValue" if text.startswith("=") else "stringValue", text)',
        tests=(TESTS_WRITE,),
        only="formula or in_one_call",
    ),
    Mutant(
        name="numbers are written as text",
        file=WRITE,
        old='return _entered("numberValue", number)',
        new='return _entered("stringValue", str(number))',
        tests=(TESTS_WRITE,),
        only="in_one_call",
    ),
    Mutant(
        name="setup puts headings into the last used column",
        file=COLUMNS,
        old="    first = tab.used_columns\n",
        new="    first = tab.used_columns - 1\n",
        tests=(TESTS_ADOPTED,),
        only="right_of_everything",
    ),
    Mutant(
        name="names are looked up without the spaces that people typed",
        file=PLAN,
        old="typed = {name: tab.cells[row - 1][column] for name, row in rows}",
        new="typed = {name: str(tab.cells[row - 1][column]).strip() for name, row in rows}",
        tests=(TESTS_CASES, TESTS_EDITS),
        only="odd_names or under_way",
    ),
    Mutant(
        name="a link is that of the row above",
        file=WRITE,
        old='cells = {"values": with_link(values, write, snapshot)}',
        new='cells = {"values": with_link(values, before or write, snapshot)}',
        tests=(TESTS_LINKS,),
    ),
    Mutant(
        name="a link leads to the place of its tab among the tabs",
        file=LINKS,
        old="link = link_to(tab.id, named.address)",
        new="link = link_to(str(snapshot.tabs.index(tab)), named.address)",
        tests=(TESTS_LINKS,),
    ),
    Mutant(
        name="links are written to whatever tab a note names",
        file=LINKS,
        old="if named is not None and tab.title == named.title), None)",
        new="if named is not None), None)",
        tests=(TESTS_LINKS,),
    ),
    Mutant(
        name="links are sent without being named in the mask",
        file=LINKS,
        old="return VALUES_AND_RUNS if write.tab == NOTES.name else VALUES",
        new="return VALUES",
        tests=(TESTS_LINKS,),
    ),
    Mutant(
        name="a link out of the spreadsheet passes the last look",
        file=ALLOWED,
        old='LINK = re.compile(rf"#gid=[0-9]+&range=({ADDRESS})")',
        new='LINK = re.compile(rf".*#gid=[0-9]+&range=({ADDRESS})")',
        tests=(TESTS_ALLOWED,),
    ),
    Mutant(
        name="a link on another tab of the service passes the last look",
        file=ALLOWED,
        old='linked = start["sheetId"] == NOTES_ID and body',
        new="linked = body",
        tests=(TESTS_ALLOWED,),
    ),
    Mutant(
        name="rows that stand there are written again",
        file=WRITE,
        old="    return there + (None,) * (len(write.values) - len(there)) == tuple(map(as_stored, write.values))",
        new="    return False",
        tests=(TESTS_WRITE,),
        only="stands_there or read",
    ),
)
