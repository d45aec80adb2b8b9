"""PayPal's own SDK in a plain loop over batches.

    python sdk.py FILE URL

That is what a script does that stores nothing, and knows nothing after it was killed.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from paypalpayoutssdk.core import PayPalEnvironment, PayPalHttpClient  # type: ignore[import-untyped]  # PayPal has none
from paypalpayoutssdk.payouts import PayoutsGetRequest, PayoutsPostRequest  # type: ignore[import-untyped]  # as above

ITEMS_PER_BATCH = 15_000
ITEMS_PER_PAGE = 1_000


def bodies(path: Path) -> list[dict[str, Any]]:
    """Make the request of every batch of one currency."""
    waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            item = {
                "recipient_type": "EMAIL" if "@" in row["receiver"] else "PAYPAL_ID",
                "receiver": row["receiver"],
                "amount": {"currency": row["currency"], "value": row["amount"]},
                "sender_item_id": row["item_id"],
            }
            waiting[row["currency"]].append(item | {"note": row["note"]} if row["note"] else item)
    return [
        {
            "sender_batch_header": {"sender_batch_id": f"sdk-{currency}-{first}"},
            "items": items[first:][:ITEMS_PER_BATCH],
        }
        for currency, items in waiting.items()
        for first in range(0, len(items), ITEMS_PER_BATCH)
    ]


def main() -> None:
    source, url = sys.argv[1:]
    client = PayPalHttpClient(PayPalEnvironment("id", "s", url, url))
    sent = []
    for body in bodies(Path(source)):
        request = PayoutsPostRequest()
        request.request_body(body)
        sent.append((client.execute(request).result.batch_header.payout_batch_id, len(body["items"])))
    paid = 0
    for batch_id, number in sent:
        for page in range(1, -(-number // ITEMS_PER_PAGE) + 1):
            request = PayoutsGetRequest(batch_id).page(page).page_size(ITEMS_PER_PAGE).total_required("True")
            paid += sum(item.transaction_status == "SUCCESS" for item in client.execute(request).result.items)
    sys.stdout.write(f"{paid} paid\n")


if __name__ == "__main__":
    main()
