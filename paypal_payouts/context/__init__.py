"""What a command or a library user works with: settings, database, locks and the way to PayPal, opened when asked for.

Nothing here reads a command line or asks a person; what comes from the process is handed in by whoever opens a context.
"""
