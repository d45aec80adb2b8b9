"""The reference in docs/reference.md, written from the code by `python -m reference` in `tests/`."""
