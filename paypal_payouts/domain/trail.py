"""What each action of the trail is called in plain words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from paypal_payouts.domain.outcome import AttemptOutcome
from paypal_payouts.domain.states import BatchEvent
from paypal_payouts.domain.words import counted

_E, _A = BatchEvent, AttemptOutcome

NOT_REACHED: Final = "not_reached"
"""What the trail calls a try to send a batch that ended before anything could be sent."""

_OF_BATCHES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "intent": "the batch was stored, before anything of it was sent",
        _E.PERMIT: "the batch may be sent, once",
        _E.ACCEPT: "PayPal has the batch",
        _E.REFUSE: "the batch counts as refused",
        _E.DOUBT: "the batch was put into review: a person must decide",
        _E.FINISH: "PayPal finished the batch",
        _E.DENY: "PayPal denied the whole batch",
        _E.CANCEL: "PayPal canceled the whole batch",
        _E.ABANDON: "the batch was given up",
        _E.ATTACH: "the batch was tied to PayPal's by hand",
        _E.RESUME: "the batch goes on: PayPal is asked again",
        _E.REPLACE: "the batch was given up: a later one pays its items",
        f"send_{_A.UNKNOWN}": "no answer that counts: the batch may have been paid",
        f"send_{_A.NOT_SENT}": "the batch never left this machine",
        f"send_{_A.REFUSED}": "PayPal refused the batch, and moved nothing",
        f"send_{_A.ACCEPTED}": "PayPal took the batch",
        f"send_{_A.DUPLICATE}": "PayPal has a batch of this id already",
        NOT_REACHED: "PayPal gave no token: nothing of the batch was sent",
        "items_read": "PayPal's words on the items were read",
        "approve": "a second person approved the plan",
        "lock_taken_over": "the lock of a dead process was taken over",
        "lock_broken": "the lock was broken by hand",
        "account_credentials_replaced": "other credentials were said to be of the same PayPal account",
        "sealed": "what an older program had stored was sealed",
        "resealed": "a person vouched for what is stored",
        "lost_sends_given_up": "sends that only the sent log knows were given up by hand",
        "trail_shortened": "lines of the trail are missing that the sent log knows",
        "archive": "the items went into a file, and left the database",
        "forget_receivers": "hashes took the place of the receivers",
    }
)
_OF_ITEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "close": "closed: it is not owed",
        "cancel": "canceled at PayPal: the money comes back",
        "settle": "its state was set by hand",
        "acknowledge": "the conflict was acknowledged",
        "take_theirs": "made what PayPal's batch has",
        "item_word": "PayPal changed its word",
        "item_conflict": "PayPal's word contradicts our record",
    }
)


def transaction_before(evidence: Mapping[str, Any]) -> str:
    """Say by which id PayPal knew the payment until its word changed; nothing where it is the same."""
    before = evidence.get("transaction_before")
    return f" (transaction {before})" if before else ""


def action_words(action: str, *, of_item: bool, evidence: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Say what an action of the trail means, for a batch or what is about none, or for one item."""
    known = _OF_ITEMS if of_item else _OF_BATCHES
    words = known.get(action, action.replace("_", " "))
    items = evidence.get("items")
    return words.replace("stored", f"stored with {counted(items, 'item')}") if isinstance(items, int) else words
