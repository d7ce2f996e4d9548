"""A local Sheets server for tests: real HTTP, real tokens, Google's answers, and faults on demand.

Everything that a test needs is here; the model of what the server keeps is in `model`.
"""

from tests.sheets_server.faults import Fault
from tests.sheets_server.log import Call
from tests.sheets_server.quota import Quota
from tests.sheets_server.server import SheetsServer

__all__ = ["Call", "Fault", "Quota", "SheetsServer"]
