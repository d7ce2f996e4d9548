"""Faults put on purpose into saving a workbook, each as a replacement in one file, and who must notice it."""

from tests.mutants import Mutant

SAVE, REPLACE, SPLICE = "sync/workbook/save.py", "sync/workbook/replace.py", "sync/workbook/splice.py"
PACKAGE, CELLS, COPIES = "sync/workbook/package.py", "sync/workbook/cells.py", "sync/workbook/copies.py"

WRITE, CRASH = "tests/sync/test_workbook_write.py", "tests/sync/test_workbook_crash.py"
READ, VERIFY = "tests/sync/test_workbook_read.py", "tests/sync/test_workbook_verify.py"
UNTOUCHED = "tests/sync/test_workbook_untouched.py"
HOSTILE, TESTS_COPIES = "tests/sync/test_workbook_hostile.py", "tests/sync/test_workbook_copies.py"

MUTANTS = (
    Mutant(
        name="the workbook is saved through openpyxl",
        file=SAVE,
        old="    new = draft.packed()\n",
        new="    import io\n    from openpyxl import load_workbook\n    buffer = io.BytesIO()\n"
        "    load_workbook(io.BytesIO(draft.packed())).save(buffer)\n    new = buffer.getvalue()\n",
        tests=(WRITE,),
    ),
    Mutant(
        name="the draft takes the place before the disk has it",
        file=REPLACE,
        old="        file.flush()\n        os.fsync(file.fileno())\n",
        new="        file.flush()\n",
        tests=(CRASH,),
        only="on_the_disk",
    ),
    Mutant(
        name="the disk gets the draft before its content was handed over",
        file=REPLACE,
        old="        file.flush()\n        os.fsync(file.fileno())\n",
        new="        os.fsync(file.fileno())\n        file.flush()\n",
        tests=(CRASH,),
        only="on_the_disk",
    ),
    Mutant(
        name="the new name is not made durable",
        file=REPLACE,
        old="        draft.replace(place)\n        _sync_folder(place.parent)\n",
        new="        draft.replace(place)\n",
        tests=(CRASH,),
        only="on_the_disk",
    ),
    Mutant(
        name="the workbook is written over in place",
        file=REPLACE,
        old="        draft.replace(place)\n        _sync_folder(place.parent)\n",
        new="        place.write_bytes(new)\n        _sync_folder(place.parent)\n",
        tests=(CRASH,),
    ),
    Mutant(
        name="the workbook is out of the way for a moment",
        file=REPLACE,
        old="        draft.replace(place)\n        _sync_folder(place.parent)\n",
        new="        place.unlink()\n        draft.replace(place)\n        _sync_folder(place.parent)\n",
        tests=(CRASH,),
    ),
    Mutant(
        name="nobody compares with the state that was read",
        file=SAVE,
        old="    if package.version != snapshot.version:\n        raise SheetChangedError\n",
        new="",
        tests=(WRITE,),
        only="starts_over",
    ),
    Mutant(
        name="nobody looks again before the last step",
        file=REPLACE,
        old="    return same and place.read_bytes() == original\n",
        new="    return same\n",
        tests=(WRITE,),
        only="looks_once_more",
    ),
    Mutant(
        name="the new workbook is checked when it is in place already",
        file=SAVE,
        old="    require_whole(path, Package(data=new), draft.changed, expected)\n"
        "    replace_file(path, package.data, new)\n",
        new="    replace_file(path, package.data, new)\n"
        "    require_whole(path, Package(data=new), draft.changed, expected)\n",
        tests=(WRITE,),
        only="not_read_as_planned",
    ),
    Mutant(
        name="the new workbook is not checked",
        file=SAVE,
        old="    require_whole(path, Package(data=new), draft.changed, expected)\n",
        new="",
        tests=(WRITE,),
        only="not_read_as_planned",
    ),
    Mutant(
        name="values stand one column too far right",
        file=SAVE,
        old="            for index, value in enumerate(write.values, write.column):\n",
        new="            for index, value in enumerate(write.values, write.column + 1):\n",
        tests=(WRITE,),
        only="where_the_plan_says",
    ),
    Mutant(
        name="values stand one row too low",
        file=SAVE,
        old="                values[write.tab][write.row, index] = value\n",
        new="                values[write.tab][write.row + 1, index] = value\n",
        tests=(WRITE,),
        only="where_the_plan_says",
    ),
    Mutant(
        name="white space at the ends of a text may get lost",
        file=SPLICE,
        old=""" xml:space="preserve">{escape(""",
        new=""">{escape(""",
        tests=(UNTOUCHED,),
        only="white_space",
    ),
    Mutant(
        name="a text that tabs share is changed in place",
        file=PACKAGE,
        old="                if entry.filename in changed:\n",
        new='                if entry.filename == "xl/sharedStrings.xml":\n'
        "                    out.writestr(entry, self.part(entry.filename).replace(b'</t>', b' </t>'))\n"
        "                elif entry.filename in changed:\n",
        tests=(UNTOUCHED,),
    ),
    Mutant(
        name="formulas beside ours lose their values",
        file=SAVE,
        old="        draft.changed[sheet.part] = spliced.part\n",
        new="        import re\n\n"
        "        draft.changed[sheet.part] = re.sub(rb'</f><v>[^<]*</v>', b'</f>', spliced.part)\n",
        tests=(UNTOUCHED,),
        only="value_of_a_formula",
    ),
    Mutant(
        name="a new tab has another content type",
        file="sync/workbook/new_tabs.py",
        old="spreadsheetml.worksheet+xml",
        new="spreadsheetml.chartsheet+xml",
        tests=(UNTOUCHED,),
        only="new_tab",
    ),
    Mutant(
        name="the file's mode is lost",
        file=REPLACE,
        old="            os.fchmod(file.fileno(), like.st_mode & 0o7777)\n",
        new="",
        tests=(WRITE,),
        only="keeps_mode",
    ),
    Mutant(
        name="a link is replaced by a file",
        file=REPLACE,
        old="    place = path.resolve()\n    draft = _draft_of(place)\n    try:\n        _refuse",
        new="    place = path\n    draft = _draft_of(place)\n    try:\n        _refuse",
        tests=(WRITE,),
        only="keeps_mode",
    ),
    Mutant(
        name="the draft lies in another folder",
        file=REPLACE,
        old='    return place.with_name(f".{place.name[:LONGEST_START]}.{secrets.token_hex(8)}{DRAFT}")\n',
        new='    return place.parent.parent / f".{place.name[:LONGEST_START]}.{secrets.token_hex(8)}{DRAFT}"\n',
        tests=(CRASH,),
        only="draft_of_its_own",
    ),
    Mutant(
        name="two saves share a draft",
        file=REPLACE,
        old="{secrets.token_hex(8)}",
        new="0",
        tests=(CRASH,),
    ),
    Mutant(
        name="drafts of killed runs stay",
        file=REPLACE,
        old="            if now - other.stat().st_mtime > LEFTOVER:\n                other.unlink()\n",
        new="            other.stat()\n",
        tests=(CRASH, WRITE),
        only="file_operation or old_drafts",
    ),
    Mutant(
        name="drafts of runs that write just now go",
        file=REPLACE,
        old="            if now - other.stat().st_mtime > LEFTOVER:\n                other.unlink()\n",
        new="            if other != draft:\n                other.unlink()\n",
        tests=(WRITE,),
        only="old_drafts",
    ),
    Mutant(
        name="Excel's lock file is ignored",
        file=REPLACE,
        old='        ("Excel", path.with_name(f"~${path.name}")),\n',
        new="",
        tests=(WRITE,),
        only="has_the_workbook_open",
    ),
    Mutant(
        name="nobody looks for lock files",
        file=REPLACE,
        old="        if _exists(lock):\n            raise OutsideError(",
        new="        if False:\n            raise OutsideError(",
        tests=(WRITE,),
        only="has_the_workbook_open",
    ),
    Mutant(
        name="a read-only file is written all the same",
        file=REPLACE,
        old="        _refuse_read_only(place)\n",
        new="",
        tests=(WRITE,),
        only="read_only",
    ),
    Mutant(
        name="a full disk leaves its draft behind",
        file=REPLACE,
        old="    finally:\n        with suppress(OSError):\n"
        "            draft.unlink(missing_ok=True)\n\n\ndef create_file",
        new="    finally:\n        pass\n\n\ndef create_file",
        tests=(CRASH,),
        only="full_disk",
    ),
    Mutant(
        name="a cell of people beside ours is tidied",
        file=SAVE,
        old="        draft.changed[sheet.part] = spliced.part\n",
        new="        draft.changed[sheet.part] = spliced.part.replace(b'<c r=\"A2\"', b'<c  r=\"A2\"')\n",
        tests=(WRITE,),
    ),
    Mutant(
        name="a cell loses its style",
        file=SPLICE,
        old='existing.attributes.get("s", ""))',
        new='"")',
        tests=(WRITE,),
        only="keeps_the_style",
    ),
    Mutant(
        name="parts are packed anew",
        file=PACKAGE,
        old="                    self._copy(entry, out, buffer)\n",
        new="                    out.writestr(zipfile.ZipInfo(entry.filename), self.part(entry.filename))\n",
        tests=(WRITE,),
    ),
    Mutant(
        name="a bomb is opened",
        file=PACKAGE,
        old="    if sum(entry.file_size for entry in entries) > MOST_BYTES:\n",
        new="    if False:\n",
        tests=(HOSTILE,),
    ),
    Mutant(
        name="entities are read",
        file=PACKAGE,
        old='        if b"<!DOCTYPE" in content.replace(b"\\0", b""):\n',
        new="        if False:\n",
        tests=(HOSTILE,),
    ),
    Mutant(
        name="copies in a synced folder go unnoticed",
        file=COPIES,
        old="if name.fullmatch(other.name))",
        new="if False)",
        tests=(TESTS_COPIES,),
    ),
)
