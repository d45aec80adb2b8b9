"""What the trail says in words."""

from paypal_payouts.domain.trail import action_words
from paypal_payouts.storage import audit


def test_what_was_stored_is_counted_where_the_trail_knows_how_much_it_was() -> None:
    told = action_words("intent", of_item=False, evidence={"checksum": "x", "items": 2_000})
    assert told == "the batch was stored with 2,000 items, before anything of it was sent"
    assert action_words("intent", of_item=False) == "the batch was stored, before anything of it was sent"
    read = action_words("items_read", of_item=False, evidence={"items": {"success": 2}})
    assert read == "PayPal's words on the items were read"


def test_what_is_done_to_a_whole_cycle_has_words() -> None:
    for action in (audit.INTENT, audit.SEALED, audit.RESEALED, audit.SHORTENED, audit.APPROVED, *audit.BEGINS_AGAIN):
        assert action_words(action, of_item=False) != action.replace("_", " "), action
