"""The fuse: a sheet that is suddenly almost empty was emptied by mistake until a person says that it was meant."""

from dataclasses import dataclass
from hashlib import blake2b

from scoring.alliance import Alliance
from scoring.memory import Memory

FEW = 5
"""So many actors may always vanish at once: a team that tidies up a short list is not stopped."""

ONE_IN = 5
"""One in so many may vanish at once, 20 %."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    """So many of the remembered actors are gone at once; `key` names this very loss, the same in every run."""

    key: str
    vanished: int
    before: int


def hold(alliance: Alliance, memory: Memory) -> Hold | None:
    """Return what to hold on for: of the actors of the last run more than `FEW` and more than one in `ONE_IN` vanished.

    None lets the run go on, as always on a baseline. An actor that was recognised under a new name has not vanished.
    """
    present = {uid for uid, actor in memory.actors.items() if actor.present}
    vanished = present.difference(alliance.actors["uid"])
    if memory.is_baseline or len(vanished) <= FEW or len(vanished) * ONE_IN <= len(present):
        return None
    loss = blake2b("\n".join(sorted(vanished)).encode(), digest_size=8).hexdigest()
    return Hold(key=f"fuse:{loss}", vanished=len(vanished), before=len(present))
