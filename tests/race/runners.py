"""Processes that live long and start a run each at the same moment, again and again.

Reads one request a line from standard input and answers each with one line. A program of its own, because a suite with
threads must not fork: everything is imported once, before the runners are.
"""

import json
import os
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.race import town

LONGEST = 60
"""How long all of them wait for the last one at the barrier, and a patient one for the lock, s."""


def main() -> None:
    """Start the runners, then answer requests until standard input ends."""
    first = json.loads(sys.stdin.readline())
    town.prepare(Path(first["prepare"]), first["port"])  # what is imported lazily is there for all of them then
    context = get_context("fork")
    barrier = context.Barrier(first["runners"])
    runners = []
    for _ in range(first["runners"]):
        ours, theirs = context.Pipe()
        context.Process(target=_live, args=(theirs, barrier), daemon=True).start()
        theirs.close()  # what a runner says ends with it then
        runners.append(ours)
    print("{}", flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), runners)), flush=True)
    for runner in runners:
        runner.send(None)


def _answer(request: town.Said, runners: list[Connection]) -> object:
    match request:
        case {"prepare": folder, "port": int(port)}:
            town.prepare(Path(str(folder)), port)
            return {}
        case {"sign": folder, "number": int(number)}:
            town.sign(Path(str(folder)), number)
            return {}
        case {"race": folder, "number": int(number), "patient": int(patient)}:
            for at, runner in enumerate(runners):
                runner.send((folder, number, LONGEST if at == patient else 0))
            return [runner.recv() for runner in runners]
    raise AssertionError(request)


def _live(requests: Connection, barrier: Barrier) -> None:
    """Race whenever it is asked for, until there is nothing more to race for."""
    while (request := requests.recv()) is not None:
        folder, number, patience = request
        run = town.ready(Path(folder), town.moment(number), patience)
        barrier.wait(LONGEST)
        requests.send({"pid": os.getpid(), **run()})


if __name__ == "__main__":
    main()
