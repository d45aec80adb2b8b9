"""What `[retry.errors]` may say, and what it can never change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paypal_payouts.domain.outcome import Accepted, Duplicate, ErrorClass, Failure, NotSent, Refused, Unknown
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.error_rules import CLASSES, ErrorRules
from paypal_payouts.paypal.error_table import ENTRIES

NEW = "BRAND_NEW_CODE"
DOCUMENTED = sorted({entry.name for entry in ENTRIES})


def failure(code: str, error_class: ErrorClass = ErrorClass.UNKNOWN) -> Failure:
    return Failure(code, "words", error_class)


@pytest.mark.parametrize("word", [str(each) for each in CLASSES])
def test_a_code_that_paypal_never_documented_gets_the_class_it_is_given(word: str) -> None:
    rules = ErrorRules.of({NEW: word})
    assert rules.item_class(NEW) == word
    assert rules.classed(Unknown(failure(NEW))) == Unknown(failure(NEW, ErrorClass(word)))
    assert rules.held_back(NEW) == ("its payee must act first: BRAND_NEW_CODE" if word == "payee" else None)
    assert rules.asks_again(failure(NEW)) is (word in {"transient", "rate_limited"})


@given(st.sampled_from([Unknown, Refused, NotSent]), st.sampled_from([str(each) for each in CLASSES]))
def test_a_rule_never_changes_what_became_of_the_money(kind: Any, word: str) -> None:
    assert type(ErrorRules.of({NEW: word}).classed(kind(failure(NEW)))) is kind
    assert isinstance(ErrorRules.of({NEW: word}).classed(Duplicate(None, failure(NEW))), Duplicate)
    assert ErrorRules.of({NEW: word}).classed(Accepted("P")) == Accepted("P")


@pytest.mark.parametrize("code", DOCUMENTED)
def test_a_documented_code_can_only_be_asked_about_less(code: str) -> None:
    assert not ErrorRules.of({code: "never"}).asks_again(failure(code))
    for word in CLASSES:
        with pytest.raises(ValueError, match="PayPal documents it"):
            ErrorRules.of({code: word})


def test_without_a_rule_the_table_decides_and_an_unknown_code_is_asked_about_again() -> None:
    rules = ErrorRules()
    for entry in ENTRIES:
        if ApiCall.CREATE in entry.calls:
            for status in entry.statuses:
                assert rules.asks_again(replace(failure(entry.name), http_status=status)) is entry.again
        if ApiCall.ITEM in entry.calls:
            is_held = entry.who == "payee" or entry.error_class is ErrorClass.DUPLICATE
            assert (rules.held_back(entry.name) is not None) is is_held
            assert rules.item_class(entry.name) is entry.error_class
    assert rules.asks_again(failure(NEW))
    assert rules.item_class(NEW) is ErrorClass.UNKNOWN
    assert rules.held_back(NEW) is None
    assert rules.held_back(None) is None
    # A documented name under another status says nothing, but for the two that came under others than documented.
    assert rules.asks_again(replace(failure("USER_BUSINESS_ERROR"), http_status=409))
    assert not rules.asks_again(replace(failure("INSUFFICIENT_FUNDS"), http_status=403))


@pytest.mark.parametrize("word", ["", "always", "unknown", "duplicate", "failed", "Payee"])
def test_other_words_are_refused_and_all_are_named(word: str) -> None:
    with pytest.raises(ValueError, match=r"ONE: not one of transient, .* or never; TWO: not one of"):
        ErrorRules.of({"ONE": word, "TWO": word})
