"""Faults put on purpose into what must survive a crash, each as a replacement in one file, and who must notice it."""

from tests.mutants import Mutant

STORE, ROWS, DRAIN = "sync/state/store.py", "sync/state/outbox_rows.py", "sync/delivery/drain.py"
SMTP, RUN, MESSAGE = "sync/delivery/smtp.py", "sync/run.py", "reports/message.py"

KILL, SUBJECTS = "tests/kill/test_killed_sync.py", "tests/mail_end_to_end/test_headers.py"
EXIM = "tests/mail_end_to_end/test_exim_and_dovecot.py"
TESTS_DRAIN, TESTS_MAILS = "tests/sync/delivery/test_drain.py", "tests/sync/state/test_store_mails.py"

MUTANTS = (
    Mutant(
        name="mails are sent before they are stored",
        file=RUN,
        old="""        self.store.commit(
            memory,
            decision.memory,
            decision.mails,
            self.options.now,
            last_number=highest,
            releases=decision.releases.said,
            shown=shown_mails(snapshot, outbox),
        )
        drained = Drained() if decision.hold else self._drain(waits=bool(put_off))
""",
        new="""        drained = Drained() if decision.hold else self._drain(waits=bool(put_off))
        self.store.commit(
            memory,
            decision.memory,
            decision.mails,
            self.options.now,
            last_number=highest,
            releases=decision.releases.said,
            shown=shown_mails(snapshot, outbox),
        )
""",
        tests=(KILL,),
        only="not_killed",
    ),
    Mutant(
        name="events and mails are stored in two transactions",
        file=STORE,
        old="            write_memory(connection, stored, after, now)\n            note_number(",
        new="            write_memory(connection, stored, after, now)\n"
        '            connection.exec_driver_sql("COMMIT")\n            connection.exec_driver_sql("BEGIN IMMEDIATE")\n'
        "            note_number(",
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="nothing is unique about a mail",
        file=ROWS,
        old="    known = set(connection.scalars(select(outbox.c.key).where(outbox.c.key.in_(keys))))\n",
        new="    known: set[str] = set()\n    keys = [f'{key}:{now}' for key in keys]\n"
        "    from dataclasses import replace\n"
        "    mails = [replace(mail, key=key) for mail, key in zip(mails, keys, strict=True)]\n",
        tests=(TESTS_MAILS,),
    ),
    Mutant(
        name="a mail counts as sent before its final dot",
        file=DRAIN,
        old="lambda: store.before_dot(queued.number, now),",
        new="lambda: store.settle(queued.number, MailState.SENT, now),",
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="nobody notes that the final dot is next",
        file=DRAIN,
        old="lambda: store.before_dot(queued.number, now),",
        new="lambda: None,",
        tests=(KILL,),
        only="may_have_arrived",
    ),
    Mutant(
        name="a mail that may have arrived is sent again under another Message-ID",
        file=DRAIN,
        old="            queued.mail.message,\n",
        new="            queued.mail.message.replace(\n"
        '                b"-ID: <", b"-ID: <again-" if queued.state is MailState.UNCERTAIN else b"-ID: <"\n'
        "            ),\n",
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="a mail that may have arrived is sent again with another date",
        file=DRAIN,
        old="            queued.mail.message,\n",
        new="            queued.mail.message.replace(\n"
        '                b"Date: ", b"Date:  " if queued.state is MailState.UNCERTAIN else b"Date: "\n'
        "            ),\n",
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="a mail that may have arrived counts as sent",
        file=ROWS,
        old='maybe = {"state": MailState.UNCERTAIN.value,',
        new='maybe = {"state": MailState.SENT.value,',
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="a mail that may have arrived is never sent again",
        file=DRAIN,
        old='with_uncertain=self.uncertain == "resend"',
        new="with_uncertain=False",
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="a mail that was claimed when the run died stays claimed",
        file=DRAIN,
        old="    store.recover(now)\n",
        new="",
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="a sent mail keeps its address",
        file=ROWS,
        old='"next_at": None, "recipient": "", "message": b""}',
        new='"next_at": None, "message": b""}',
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="a sent mail leaves its address in a free page of the file",
        file="sync/state/database.py",
        old='cursor.execute("PRAGMA secure_delete = ON")',
        new='cursor.execute("PRAGMA secure_delete = OFF")',
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="a mail that somebody else has claimed is sent, too",
        file=DRAIN,
        old="                if not store.claim(queued.number, now):\n                    continue\n",
        new="                store.claim(queued.number, now)\n",
        tests=("tests/kill/test_two_runs.py",),
    ),
    Mutant(
        name="a mail can be claimed twice",
        file=ROWS,
        old="open_ = outbox.c.state.in_([MailState.QUEUED.value, MailState.UNCERTAIN.value])",
        new="open_ = IS_OPEN",
        tests=(TESTS_MAILS, TESTS_DRAIN),
    ),
    Mutant(
        name="what people release is ignored",
        file=STORE,
        old="            release(connection, releases or {}, now)\n",
        new="",
        tests=(TESTS_MAILS,),
    ),
    Mutant(
        name="nobody looks whether the mail is the one that was written",
        file=DRAIN,
        old="    return queued.fingerprint not in {",
        new="    return False and queued.fingerprint not in {",
        tests=(TESTS_DRAIN,),
        only="not_the_one_that_was_written",
    ),
    Mutant(
        name="every run writes when it ran",
        file="sync/plan.py",
        old="    return write.tab == OVERVIEW.name and write.row == OVERVIEW_FIRST_ROW\n",
        new="    return False\n",
        tests=(KILL,),
        only="most_can_go_wrong",
    ),
    Mutant(
        name="lines of dots go over as they are",
        file=SMTP,
        old='_LEADING_DOT.sub(b"..", message) + end',
        new="message + end",
        tests=(EXIM,),
        only="dots",
    ),
    Mutant(
        name="any certificate will do",
        file=SMTP,
        old="return server.context or ssl.create_default_context()",
        new="return ssl._create_unverified_context()",
        tests=(EXIM,),
        only="queue_waits",
    ),
    Mutant(
        name="a refused log-in is not the whole queue's matter",
        file="sync/delivery/answers.py",
        old="    if stage is Stage.AUTH or answer.code in {530, 535}:\n        return PauseReason.AUTH\n",
        new="",
        tests=(EXIM,),
        only="queue_waits",
    ),
    Mutant(
        name="a trial reaches the real recipients",
        file=DRAIN,
        old="envelope_address(self.redirect_to or queued.mail.recipient)",
        new="envelope_address(queued.mail.recipient)",
        tests=(EXIM,),
        only="redirected",
    ),
    Mutant(
        name="subjects are folded by the standard library",
        file=MESSAGE,
        old="                folded = _encoded(str(value), name)\n",
        new="                return str(super().fold(name, EmailPolicy().header_factory(name, value)))\n",
        tests=(SUBJECTS,),
        only="four_thousand",
    ),
    Mutant(
        name="a subject that looks encoded is decoded",
        file=MESSAGE,
        old='return (name, value) if name.lower() == "subject" else super()',
        new="return super()",
        tests=(SUBJECTS,),
        only="looks_encoded",
    ),
)
