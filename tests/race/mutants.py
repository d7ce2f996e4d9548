"""Faults put on purpose into what keeps runs one at a time, each as a replacement in one file, and who must notice."""

from tests.mutants import Mutant

LOCK, SERVICE, RUN, STORE = "sync/lock.py", "sync/service.py", "sync/run.py", "sync/state/store.py"

TESTS_LOCK, TURNS = "tests/sync/test_lock.py", "tests/sync/state/test_turns_and_slots.py"
RACE, STOPPED, OVERTAKEN = "tests/race/test_race.py", "tests/kill/test_stopped_sync.py", "tests/race/test_overtaken.py"

MUTANTS = (
    Mutant(
        name="the lock is not taken",
        file=LOCK,
        old="fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)",
        new="pass",
        tests=(RACE,),
    ),
    Mutant(
        name="the lock is released before the run",
        file=SERVICE,
        old="    with lock, opened_store(config.state.file) as state, collector_paused():\n",
        new="    with lock:\n        pass\n    with opened_store(config.state.file) as state, collector_paused():\n",
        tests=(RACE,),
    ),
    Mutant(
        name="the lock is released before the run is recorded",
        file=SERVICE,
        old="        store.record(_done(",
        new="        lock.__exit__(None, None, None)\n        store.record(_done(",
        tests=(STOPPED,),
    ),
    Mutant(
        name="who held the lock last is still named",
        file=LOCK,
        old='        _say(found, "")',
        new="        pass",
        tests=(RACE, TESTS_LOCK),
    ),
    Mutant(
        name="a holder is not given time to say who it is",
        file=LOCK,
        old="MOMENT, MOMENTS = 0.01, 50",
        new="MOMENT, MOMENTS = 0.01, 1",
        tests=(TESTS_LOCK,),
    ),
    Mutant(
        name="the lock of a deleted file is good enough",
        file=LOCK,
        old="            if _is_there(path, descriptor):\n",
        new="            if True:\n",
        tests=(TESTS_LOCK,),
    ),
    Mutant(
        name="waiting is told again and again",
        file=LOCK,
        old="        told = True\n",
        new="",
        tests=(TESTS_LOCK,),
    ),
    Mutant(
        name="a worker keeps runs out",
        file=LOCK,
        old='WORKER = "worker.lock"',
        new='WORKER = "lock"',
        tests=(TESTS_LOCK,),
        only="of_their_own",
    ),
    Mutant(
        name="a run begins no turn of its own",
        file=SERVICE,
        old="time.monotonic(), state.begin(begun), None",
        new="time.monotonic(), (state.begin(begun), state)[1], None",
        tests=(STOPPED,),
    ),
    Mutant(
        name="two runs have the same turn",
        file=STORE,
        old="turn = _newest_turn(connection) + 1\n",
        new="turn = _newest_turn(connection) or 1\n",
        tests=(TURNS,),
    ),
    Mutant(
        name="nobody looks at the turn before storing",
        file=STORE,
        old="self.engine.begin() as connection:\n            self._require_turn(connection)\n",
        new="self.engine.begin() as connection:\n",
        tests=(STOPPED,),
    ),
    Mutant(
        name="the turn is looked at after storing, in a transaction of its own",
        file=STORE,
        old="self.engine.begin() as connection:\n"
        "            self._require_turn(connection)\n            yield connection\n",
        new="self.engine.begin() as connection:\n            yield connection\n        self.require_turn()\n",
        tests=(TURNS,),
    ),
    Mutant(
        name="nobody looks at the turn before the sheet is written",
        file=RUN,
        old="            self.store.require_turn()\n",
        new="",
        tests=(OVERTAKEN,),
    ),
    Mutant(
        name="a slot is taken by everybody who asks",
        file=STORE,
        old="                return False\n            connection.execute(insert(done)",
        new="                return True\n            connection.execute(insert(done)",
        tests=(TURNS,),
    ),
    Mutant(
        name="slots are forgotten at once",
        file=STORE,
        old="slot - SLOTS_KEPT",
        new="slot",
        tests=(TURNS,),
    ),
    Mutant(
        name="the history grows for ever",
        file=STORE,
        old="newest - RUNS_KEPT",
        new="newest - 2 * RUNS_KEPT",
        tests=(TURNS,),
    ),
)
