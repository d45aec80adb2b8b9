"""A domain one letter from a common one is told, and a real one is not."""

import pytest

from paypal_payouts.domain.addresses import COMMON_DOMAINS, meant_domain


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("xgmail.com", "gmail.com"),
        ("example.com", None),
        ("mail.com", "gmail.com"),
        ("gmx.ch", None),
        ("", None),
    ],
)
def test_one_letter_from_a_common_domain(domain: str, meant: str | None) -> None:
    assert meant_domain(domain) == meant


def test_no_common_domain_is_taken_for_another() -> None:
    assert [domain for domain in sorted(COMMON_DOMAINS) if meant_domain(domain)] == []
