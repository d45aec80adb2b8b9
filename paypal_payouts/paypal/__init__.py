"""PayPal's words and PayPal's socket; nobody else speaks either.

`request` builds what is sent, `client` asks over the one `wire`, and `parser` turns whatever comes back into one of a
closed set of outcomes, by the one table in `error_table`. Only `wire` and `deadline` touch the network.
"""
