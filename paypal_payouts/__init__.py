"""Mass payouts through PayPal: each debt paid once, and every cent explained."""
