"""The commands as the command line declares them: arguments, options, help. What each does is in `cli.actions`."""
