"""How fast it is: scripts to be run by hand, ratios to print; no tests."""
