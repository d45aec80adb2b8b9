"""The reference in README, written from the code: `python -m reference` in `tests/` writes it anew."""
