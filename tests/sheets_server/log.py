"""The record of calls that the server answered."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Call:
    """One request. `kind` is "token", "read", "write" or "page"; `fault` names an injected fault, "" for none.

    `status` is 0 until the answer goes out, and stays 0 when none does. Bytes are those of the bodies on the wire.
    """

    method: str
    path: str
    kind: str
    bytes_received: int = 0
    bytes_sent: int = 0
    status: int = 0
    fault: str = ""
