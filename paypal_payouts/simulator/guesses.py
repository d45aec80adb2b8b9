"""What PayPal documents nowhere, or in two ways, and what the simulator does about it: every guess, in one place.

Where no code reads a name, its value records which reading the simulator follows, and setting it changes nothing. A
recording of the real sandbox settles a guess; then it goes from here, and what is known stands where it is used.
"""

from typing import Final

STATUS_OF: Final = {
    "CIP_NOT_VERIFIED": 403,
    "PREVIOUS_REQUEST_IN_PROGRESS": 409,
    "RATE_LIMIT_VALIDATION": 429,
    "REQUEST_TIMEOUT_EXCEEDED": 504,
    "REQUIRED_SCOPE_MISSING": 403,
    "SENDER_LOCKED": 403,
    "SYNC_MODE_NOT_APPLICABLE": 400,
}
"""The HTTP statuses of refusals that PayPal names without one: those of its other APIs for the same name."""

NOT_HELD: Final = frozenset({"BRL", "MYR", "THB"})
"""NON_HOLDING_CURRENCY for a sender without a balance in it: recorded for BRL, said of the others."""

DEFAULT_RECIPIENT_TYPE: Final = "EMAIL"
"""Of an item that names none in a batch that names none: PayPal's guide says so, its schema requires one."""

REFUSED_ID_STAYS_FREE: Final = True
"""Whether an id can be used after its request was refused: a public report of 2015 says no, nothing else does."""

ID_IS_FREE_AFTER_ITS_DAYS: Final = True
"""Whether an id pays again once PayPal has forgotten it, 30 days after the acceptance of its batch."""

SECOND_OF_TWO_AT_ONCE_IS_REFUSED: Final = True
"""Of two sends of one id at the same moment one is taken; the other is answered as any duplicate."""

ID_COUNTS_PER_ACCOUNT: Final = True
"""Whether an id is used up for every app of an account: the simulator has one account, whatever the client id."""

BODY_MAX_BYTES: Final = None
"""The largest body of a request: nothing says that there is one."""

FUNDS_REFUSAL_TELLS_WHAT_IS_MISSING: Final = False
"""Whether the refusal INSUFFICIENT_FUNDS says how much is missing: recorded ones do not."""

PAGE_0_IS_PAGE_1: Final = True
"""What PayPal's forbidden page 0 shows; a page past the end has no items."""

DENIED_BATCH_PAID_NOBODY: Final = True
"""Whether no item of a batch that was DENIED can have been paid."""

RECEIVER_IS_READ_AS_SENT: Final = True
"""Whether PayPal shows a receiver as it was sent: in the same letters, and a phone with its blanks."""

BLOCKED_HAS_LEFT: Final = True
"""Whether the money of an item that is BLOCKED has left the balance."""

NULL_IS_LEFT_OUT: Final = True
"""Whether null in the place of an optional field is as if that were not there."""

FEES_COME_BACK: Final = False
"""Whether the fee of what was returned, refunded or reversed is given back: nothing says so."""

CONVERTS_FEES: Final = False
"""Whether `from_amount` of a conversion holds the fee: PayPal's one sample (EUR 10.00, fee EUR 0.20, USD 11.43) does
not tell at which rate. The fee is taken from the balance of the currency that is paid."""

CONVERTS_BACK: Final = False
"""Whether what comes back of a converted payment is converted again: it stays in the currency that was paid."""

HOLD_SHRINKS: Final = True
"""Whether the hold of a batch is released in part when the first of its payments are made: PayPal tells of its release
when the batch is done, and says nothing of the time before."""

CUSTOM_NUMBER_IS_OUR_ID: Final = True
"""Whether the activity download has our `sender_item_id` as `Custom Number`: recorded for Transaction Search."""
