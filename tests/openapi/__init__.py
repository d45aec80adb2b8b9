"""PayPal's own description of its payouts and reports, and the check that what we send and simulate conforms to it.

`payments_payouts_batch_v1.json` and `reporting_transactions_v1.json` are unchanged copies from
github.com/paypal/paypal-rest-api-specifications, commit ec4d8f36a6ab0abcc3865e1072aaddc85ea14d5c, Apache License 2.0.
"""
