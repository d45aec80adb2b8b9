"""PayPal's two hosts, this machine, and nothing else."""

import pytest

from paypal_payouts.paypal.hosts import checked_base_url


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://api-m.paypal.com", "https://api-m.paypal.com"),
        ("https://api-m.sandbox.paypal.com/", "https://api-m.sandbox.paypal.com"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://127.0.0.1", "https://127.0.0.1"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_allowed(url: str, plain: str) -> None:
    assert checked_base_url(url) == plain


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api-m.paypal.com",
        "http://api-m.paypal.com",
        "http://api-m.sandbox.paypal.com",
        "https://api-m.paypal.com:8443",
        "https://api.paypal.com",
        "https://paypal.com",
        "https://api-m.paypal.com.evil.example",
        "https://evil.example/api-m.paypal.com",
        "https://api-m.paypal.com@evil.example",
        "https://user:secret@api-m.paypal.com",
        "https://api-m.paypal.com/v1",
        "https://api-m.paypal.com?x=1",
        "https://api-m.paypal.com#x",
        "https://api-m.paypal.com.",
        "https://\u0430pi-m.paypal.com",
        "https://api-m.pay\npal.com",
        " https://api-m.paypal.com",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "http://127.0.0.2",
        "http://127.1",
        "http://2130706433",
        "http://0.0.0.0",
        "http://[::]",
        "http://[::ffff:127.0.0.1]",
        "http://[::1",
        "http://localhost.evil.example",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:x",
        "http://127.0.0.1:",
        "http://127.0.0.1\\@evil.example",
        "http://169.254.169.254",
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        checked_base_url(url)
