"""The verbs for other programs: without a command line, questions, signal handlers or anything global.

`paypal_payouts` itself exports all of it, and loads it when it is asked for.
"""
