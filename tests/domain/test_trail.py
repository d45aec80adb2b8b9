"""What the trail says in words."""

from paypal_payouts.domain.trail import action_words


def test_what_was_stored_is_counted_where_the_trail_knows_how_much_it_was() -> None:
    told = action_words("intent", of_item=False, evidence={"checksum": "x", "items": 2_000})
    assert told == "the batch was stored with 2,000 items, before anything of it was sent"
    assert action_words("intent", of_item=False) == "the batch was stored, before anything of it was sent"
    read = action_words("items_read", of_item=False, evidence={"items": {"success": 2}})
    assert read == "PayPal's words on the items were read"
