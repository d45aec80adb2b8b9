"""The keys of the configuration: what each accepts, what is said of the rest, and the example (docs/design.md, 3)."""

import re
import tomllib
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from typing import get_type_hints

import pytest

from paypal_payouts.cli.commands.pay import retry
from paypal_payouts.config import Settings, load_settings
from paypal_payouts.config.environment import SECTIONS
from paypal_payouts.config.load import guard_needs_signers
from paypal_payouts.config.sections import GuardSettings
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.errors import ConfigInvalid

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load `text` as the file `payouts.toml`, under the variables given."""

    def load_text(text: str = "", **environ: str) -> Settings:
        (tmp_path / "payouts.toml").write_text(text, encoding="utf-8")
        return load_settings(path=None, environ=environ, cwd=tmp_path)

    return load_text


def problems(refused: pytest.ExceptionInfo[ConfigInvalid]) -> dict[str, str]:
    return {detail["key"]: detail["problem"] for detail in refused.value.details}


# Values


@pytest.mark.parametrize(
    ("key", "ends", "beyond"),
    [
        ("paypal.timeout_s", ("0.1", "299"), ("0.09", "301")),
        ("paypal.requests_per_minute", ("1", "100000"), ("0", "100001")),
        ("paypal.reads_in_parallel", ("1", "16"), ("0", "17")),
        ("paypal.poll_interval_s", ("0.05", "3600"), ("0.04", "3600.1")),
        ("paypal.poll_timeout_s", ("0", "86400"), ("-1", "86401")),
        ("retry.max_retries", ("0", "20"), ("-1", "21")),
        ("retry.base_delay_s", ("0", "300"), ("-0.1", "3600.1")),
        ("retry.max_delay_s", ("5", "86400"), ("-1", "86401")),
        ("retry.max_age_days", ("1", "25"), ("0", "26")),
        ("lock.lease_s", ("60.1", "2592000"), ("0", "2592001")),
        ("lock.cooldown_s", ("0", "2592000"), ("-1", "2592001")),
        ("limits.duplicate_days", ("0", "36500"), ("-1", "36501")),
        ("approval.valid_hours", ("0.001", "8760"), ("0", "8761")),
    ],
)
def test_a_range_holds_its_ends_and_nothing_beyond(
    load: Load, key: str, ends: tuple[str, str], beyond: tuple[str, str]
) -> None:
    for text in ends:
        assert attrgetter(key)(load(f"{key} = {text}")) == float(text)
    for text in (*beyond, "nan", "inf", "-inf", "9" * 400, "true", '"9"', "[9]", "2026-11-01"):
        with pytest.raises(ConfigInvalid) as refused:
            load(f"{key} = {text}")
        assert re.search(r" is not a (whole )?number from [0-9.]+ to [0-9]+$", problems(refused)[key])


@pytest.mark.parametrize(
    ("option", "key"),
    [("max_retries", "max_retries"), ("base_delay", "base_delay_s"), ("max_delay", "max_delay_s")],
)
def test_the_command_line_takes_what_the_configuration_takes(load: Load, option: str, key: str) -> None:
    (declared,) = get_type_hints(retry, include_extras=True)[option].__metadata__
    with pytest.raises(ConfigInvalid) as refused:
        load(f"retry.{key} = -1")
    assert problems(refused)[f"retry.{key}"].endswith(f"from {declared.min} to {declared.max}")


def test_the_far_ends_are_reached_together_with_the_keys_they_depend_on(load: Load) -> None:
    settings = load("paypal.timeout_s = 300\nlock.lease_s = 600.1\nretry = { base_delay_s = 3600, max_delay_s = 3600 }")

    assert (settings.paypal.timeout_s, settings.retry.base_delay_s) == (300, 3600)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        pytest.param("paypal = 3", "paypal", "3 is not a table", id="section-no-table"),
        pytest.param("[[paypal]]", "paypal", "an array is not a table", id="section-array"),
        pytest.param("[payapl]", "payapl", "Accepted: paypal, email", id="unknown-section"),
        pytest.param("paypal.timeout = 3", "paypal.timeout", "Accepted: environment,.*timeout_s", id="unknown-key"),
        pytest.param('"a\\nb" = 3', '"a\\nb"', "unknown key", id="control-in-key"),
        pytest.param('file = "x"', "file", "unknown key", id="not-a-key-of-the-file"),
        pytest.param(
            'paypal.environment = "prod"',
            "paypal.environment",
            '^"prod" is not simulator, sandbox or live$',
            id="environment",
        ),
        pytest.param('paypal.account = "Main"', "paypal.account", "1 to 20 of a-z 0-9", id="account-capital"),
        pytest.param('paypal.account = ""', "paypal.account", "1 to 20", id="account-empty"),
        pytest.param(f'paypal.account = "{"a" * 21}"', "paypal.account", "1 to 20", id="account-long"),
        pytest.param('paypal.account = "a\\n"', "paypal.account", "1 to 20", id="account-line-end"),
        pytest.param("paypal.account = 7", "paypal.account", "7 is not a text of 1 to 20", id="account-number"),
        pytest.param("retry.max_retries = 3.0", "retry.max_retries", "a whole number from 0 to 20", id="fraction"),
        pytest.param(f"retry.max_retries = {'9' * 400}", "retry.max_retries", "^9{40} is not", id="endless-number"),
        pytest.param("retry.base_delay_s = 301", "retry.max_delay_s", "300 is less than base_delay_s", id="delays"),
        pytest.param(
            'retry = { base_delay_s = 301, cycles = { "w*" = { max_retries = 1 } } }',
            "retry.max_delay_s",
            "300 is less than base_delay_s",
            id="delays-told-once",
        ),
        pytest.param("paypal.timeout_s = 300", "lock.lease_s", "600 is not more than 600", id="lease-too-short"),
        pytest.param('email.subject = "{name}"', "email.subject", "only placeholder", id="placeholder"),
        pytest.param('email.message = "{{cycle}}"', "email.message", "only placeholder", id="nested-braces"),
        pytest.param('email.message = "a\\nb"', "email.message", "line breaks", id="line-break"),
        pytest.param('email.subject = "a\\u001b[31m"', "email.subject", "control", id="escape"),
        pytest.param('email.subject = "a\\u0085"', "email.subject", "control", id="c1-control"),
        pytest.param('email.subject = "a\\u202eb"', "email.subject", r"without U\+202E", id="turned-subject"),
        pytest.param('email.message = "a\\u2066b"', "email.message", r"without U\+2066", id="turned-message"),
        pytest.param(f'email.subject = "{"ü" * 256}"', "email.subject", "256.*up to 255", id="subject-long"),
        pytest.param(f'email.message = "{"ü" * 1001}"', "email.message", "1001.*up to 1000", id="message-long"),
        pytest.param('source.path = "{item}.csv"', "source.path", "only placeholder", id="path-placeholder"),
        pytest.param('source.path = ""', "source.path", "not an empty text", id="path-empty"),
        pytest.param('source.path = "a\\u0000"', "source.path", "control", id="path-nul"),
        pytest.param('lock.directory = ""', "lock.directory", "not empty", id="directory-empty"),
        pytest.param('lock.directory = "a\\u0000"', "lock.directory", "control", id="directory-nul"),
        pytest.param("lock.directory = 3", "lock.directory", "a path", id="directory-number"),
        pytest.param('limits.max_item.XBT = "1"', "limits.max_item", "'XBT' is not one of AUD", id="currency"),
        pytest.param("limits.max_item.USD = 5000", "limits.max_item", "USD: a text such as", id="amount-number"),
        pytest.param('limits.max_item.JPY = "1.0"', "limits.max_item", "JPY: a whole number", id="yen"),
        pytest.param("limits.max_failed_share = 0", "limits.max_failed_share", "0 is not a number over", id="share-0"),
        pytest.param("limits.max_failed_share = 1.01", "limits.max_failed_share", "up to 1", id="share-above-1"),
        pytest.param('guard.new_receiver = "ask"', "guard.new_receiver", "warn, approve or refuse", id="guard"),
        pytest.param('books.fees = "Fees"', "books.fees", "begins with Assets", id="account-root"),
        pytest.param('books.fees = "Expenses:fees"', "books.fees", "a capital or a digit", id="account-small"),
        pytest.param('books.open = "no"', "books.open", "true or false", id="books-open"),
        pytest.param('retry.cycles."W*".max_retries = 1', 'retry.cycles."W*"', "matches no cycle", id="pattern"),
        pytest.param('retry.cycles."w*" = 1', 'retry.cycles."w*"', "1 is not a table", id="policy-no-table"),
        pytest.param(
            'retry.cycles."w*".max_retries = 99', 'retry.cycles."w*".max_retries', "99.*from 0 to 20", id="policy-range"
        ),
        pytest.param(
            'retry = { base_delay_s = 100, cycles = { "w*" = { max_delay_s = 50 } } }',
            'retry.cycles."w*".max_delay_s',
            "50 is less than base_delay_s, which is 100",
            id="policy-delays-with-the-default",
        ),
        pytest.param(
            'retry.cycles."w*".base_delay_s = 500', 'retry.cycles."w*".max_delay_s', "300 is less", id="policy-delays"
        ),
    ],
)  # fmt: skip
def test_a_wrong_key_is_named_with_what_is_accepted(
    load: Load, tmp_path: Path, text: str, key: str, words: str
) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load(text)

    assert list(problems(refused)) == [key]
    assert re.search(words, problems(refused)[key])
    assert refused.value.message == f"{tmp_path}/payouts.toml: {key}: {problems(refused)[key]}"


def test_all_problems_are_told_at_once(load: Load) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load(
            """
            unknown = 1
            paypal = { account = "A", timeout_s = 30 }
            lock = { lease_s = 60, cooldown_s = "1" }
            retry = { max_retries = true, base_delay_s = 9, max_delay_s = 8 }
            limits = { max_item = { USD = 1, XBT = "1" } }
            """,
            PAYOUTS_SOURCE__PATH="{x}",
            PAYOUTS_X="1",
        )

    assert set(problems(refused)) == {
        "unknown", "paypal.account", "lock.lease_s", "lock.cooldown_s", "retry.max_retries", "retry.max_delay_s",
        "limits.max_item", "PAYOUTS_SOURCE__PATH", "PAYOUTS_X",
    }  # fmt: skip
    assert re.search("USD.*XBT", problems(refused)["limits.max_item"])
    assert all(key in refused.value.message for key in problems(refused))


def test_a_wrong_value_is_not_held_against_the_others(load: Load) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load('paypal = "x"\nlock.lease_s = 50\nretry.max_delay_s = "x"\nretry.base_delay_s = 900')

    assert set(problems(refused)) == {"paypal", "retry.max_delay_s"}


def test_a_guard_that_waits_for_approval_needs_somebody_who_may_give_it() -> None:
    approve = GuardSettings(new_receiver="approve")
    assert list(guard_needs_signers(approve, has_signers=True)) == []
    assert list(guard_needs_signers(GuardSettings(), has_signers=False)) == []
    (problem,) = guard_needs_signers(approve, has_signers=False)
    assert problem.place == ("guard", "new_receiver")
    assert "approval.signers" in problem.problem


def test_an_approval_needs_somebody_who_can_give_it(load: Load, tmp_path: Path) -> None:
    for required in ("live", "always"):
        with pytest.raises(ConfigInvalid) as refused:
            load(f'approval.required = "{required}"')
        assert "name in signers" in problems(refused)["approval"]
    approval = load('approval = { required = "live", signers = "people", above = { USD = "10" } }').approval
    assert (approval.signers, approval.above, approval.valid_hours) == (tmp_path / "people", {"USD": 1000}, 72)
    assert load().approval.required == "never"


def test_limits_are_minor_units_and_texts_may_be_absent(load: Load) -> None:
    settings = load('limits.max_cycle = { USD = "250000.00", JPY = "70", EUR = "0.5" }\nemail.message = ""')

    assert settings.limits.max_cycle == {"USD": 25000000, "JPY": 70, "EUR": 50}
    assert (settings.limits.max_item, settings.email_message("w1"), settings.email_subject("w1")) == ({}, None, None)


def test_the_cycle_fills_the_mail_as_long_as_paypal_takes_it(load: Load, tmp_path: Path) -> None:
    settings = load(f'email = {{ subject = "{"x" * 248}{{cycle}}", message = "For {{cycle}}: {{cycle}}" }}')

    assert settings.email_message("w1") == "For w1: w1"
    assert settings.email_subject("2026-11") == "x" * 248 + "2026-11"
    with pytest.raises(ConfigInvalid, match=r"email\.subject: 256 characters") as refused:
        settings.email_subject("2026-11a")
    assert refused.value.details[0]["file"] == f"{tmp_path}/payouts.toml"


# Retry policies


@pytest.mark.parametrize(
    ("cycle", "policy", "origin"),
    [
        pytest.param("weekly-1", RetryPolicy(7, 2.0, 300.0, 25), 'retry.cycles."weekly-*"', id="first-match"),
        pytest.param("weekly", RetryPolicy(1, 4.0, 9.0, 25), 'retry.cycles."w*"', id="second"),
        pytest.param("2026-11", RetryPolicy(1, 2.0, 300.0, 25), "retry", id="none"),
    ],
)
def test_the_first_matching_pattern_gives_the_policy(load: Load, cycle: str, policy: RetryPolicy, origin: str) -> None:
    settings = load(
        """
        [retry]
        max_retries = 1
        base_delay_s = 2
        [retry.cycles."weekly-*"]
        max_retries = 7
        [retry.cycles."w*"]
        base_delay_s = 4
        max_delay_s = 9
        """
    )

    assert settings.retry_policy(cycle) == (policy, origin)


def test_without_policies_the_default_is_told(load: Load) -> None:
    assert load('retry.cycles."w*".max_retries = 1').retry_policy("m1") == (RetryPolicy(), "default")


# The example


def plain(settings: Settings) -> dict[str, object]:
    return settings.model_dump(exclude={"file"})


def test_the_example_is_the_defaults(load: Load) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")

    assert plain(load(text)) == plain(load())
    assert tomllib.loads(text)["paypal"]["environment"] == "simulator"


def test_the_example_holds_every_key_with_a_comment(load: Load) -> None:
    """What is commented out is accepted too once the signs are taken away."""
    text = EXAMPLE.read_text(encoding="utf-8")
    lines = re.findall(r"^(?:# )?((?:\[|[a-z_]+ = ).*)", text, re.MULTILINE)
    active = tomllib.loads("\n".join(lines))

    for section, table in SECTIONS.items():
        assert set(active[section]) == set(table.model_fields), section
    assert [line for line in lines if not line.startswith("[") and "  # " not in line] == []
    assert load("\n".join(lines), PAYOUTS_PAYPAL__ENVIRONMENT="sandbox").paypal.base_url == "http://127.0.0.1:8000"
