"""The command line. `commands` declares, with Typer and the standard library alone; `actions` does what is declared."""
