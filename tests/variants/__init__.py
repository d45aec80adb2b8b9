"""Known mistakes, each a patch of the program, and the tests that have been seen to catch it."""
