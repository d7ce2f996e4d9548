"""The shell: reads the sheet, calls the core, writes back, keeps memory, sends mail. Read `sync/run.py` first."""

VERSION = "0.1.0"
