"""The command line: one file for each command. A command parses, opens the wiring, calls one function, presents.

The modules that declare commands import Typer and the standard library alone; each command's body imports what it
uses, so that `payouts --help` loads no database and no network library.
"""
