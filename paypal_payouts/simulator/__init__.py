"""PayPal's payouts in one small book: the embedded default, and the judge of the tests. Imports nothing of the rest."""
