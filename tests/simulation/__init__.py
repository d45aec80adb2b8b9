"""Proof by simulation: the real code under clocks, networks, databases and operators that one integer decides."""
