"""`python -m paypal_payouts`: the same as `payouts`."""

from paypal_payouts.cli.app import main

if __name__ == "__main__":
    main()
