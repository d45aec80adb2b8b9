"""When two ways of writing a receiver mean the same payee."""

import pytest

from paypal_payouts.domain.receivers import same_receiver


@pytest.mark.parametrize(
    ("ours", "theirs", "recipient_type"),
    [
        ("ann@x.example", "ann@x.example", "EMAIL"),
        ("Ann@X.Example", "ann@x.example", "EMAIL"),
        ("+1-555-012-3456", "15550123456", "PHONE"),
        ("15550123456", "+1 (555) 012 3456", "PHONE"),
        ("AB12CD34EF56G", "AB12CD34EF56G", "PAYPAL_ID"),
        ("@ann", "@ann", "USER_HANDLE"),
    ],
)
def test_another_writing_is_the_same_receiver(ours: str, theirs: str, recipient_type: str) -> None:
    assert same_receiver(ours, theirs, recipient_type)


@pytest.mark.parametrize(
    ("ours", "theirs", "recipient_type"),
    [
        ("ann@x.example", "anna@x.example", "EMAIL"),
        ("ann@x.example", "", "EMAIL"),
        ("1-555-012-3456@x.example", "15550123456@x.example", "EMAIL"),
        ("+1-555-012-3456", "+1-555-012-3457", "PHONE"),
        ("+1-555-012-3456", "555-012-3456", "PHONE"),
        ("phone", "another", "PHONE"),
        ("+1-555", "\u0661555", "PHONE"),
        ("AB12CD34EF56G", "ab12cd34ef56g", "PAYPAL_ID"),
        ("@ann", "@Ann", "USER_HANDLE"),
        ("Ann@X.Example", "ann@x.example", "PAYPAL_ID"),
    ],
)
def test_another_receiver_is_another_one(ours: str, theirs: str, recipient_type: str) -> None:
    assert not same_receiver(ours, theirs, recipient_type)
