"""Whether a request or a reply is one that PayPal's specification describes.

The specification is checked more strictly than it is written: no object may have a key that it does not name. Where
recorded traffic contradicts it, `_patch` says so, by name and with the reason. What it lets pass, though PayPal
refuses it or a client cannot do without it, is checked by rules of our own.
"""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

_PAYOUTS: Final = "payments_payouts_batch_v1.json"
_REPORTING: Final = "reporting_transactions_v1.json"
_TOKEN_PATH: Final = "/v1/oauth2/token"
_TWO_DECIMALS: Final = "AUD BRL CAD CHF CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD"
_DECIMALS: Final = {**dict.fromkeys(_TWO_DECIMALS.split(), 2), "HUF": 0, "JPY": 0, "TWD": 0}
_RECEIVERS: Final = {
    "EMAIL": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "PHONE": re.compile(r"\+?[0-9][0-9 ().-]*"),
    "PAYPAL_ID": re.compile(r"[0-9A-Z]{13}"),
    "USER_HANDLE": re.compile(r"\S+"),
}

# The specification has no OAuth: what the token service says is checked against what was recorded.
_OAUTH_ERROR: Final = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    "required": ["error", "error_description"],
    "additionalProperties": False,
}
_TOKEN: Final = {
    "type": "object",
    "properties": {
        "scope": {"type": "string", "pattern": "https://uri.paypal.com/payments/payouts( |$)"},
        "access_token": {"type": "string", "minLength": 1},
        "token_type": {"enum": ["Bearer"]},
        "app_id": {"type": "string"},
        "expires_in": {"type": "integer", "minimum": 0},
        "nonce": {"type": "string"},
    },
    "required": ["scope", "access_token", "token_type", "app_id", "expires_in", "nonce"],
    "additionalProperties": False,
}


def check_request(body: bytes) -> None:
    """Fail unless the body is a batch that PayPal would take and that is safe to send again."""
    document = json.loads(body)
    _validate(_validator(_PAYOUTS, "#/components/schemas/create_payout_request"), document)
    header, items = document["sender_batch_header"], document["items"]
    assert header.get("sender_batch_id"), "without a sender_batch_id PayPal pays the same request again and again"
    currencies = {item["amount"]["currency"] for item in items}
    assert len(currencies) == 1, f"one currency a batch, not {sorted(currencies)}"
    assert currencies <= _DECIMALS.keys(), f"PayPal does not pay {currencies}"
    repeated = [key for key, count in Counter(item.get("sender_item_id") for item in items).items() if count > 1]
    assert not repeated, f"repeated sender_item_id: {repeated[:5]}"
    for item in items:
        _check_item(item)


def check_reply(method: str, path_template: str, status: int, body: bytes) -> None:
    """Fail unless PayPal's specification describes such an answer to such a request."""
    document = json.loads(body)
    if "error" in document or path_template == _TOKEN_PATH:
        _validate(jsonschema_rs.Draft4Validator(_TOKEN if status == 200 else _OAUTH_ERROR), document)
        return
    file = _file_of(path_template)
    responses = _specification(file)["paths"][path_template][method.lower()]["responses"]
    response = responses.get(str(status)) or responses["default"]
    if "$ref" in response:
        response = _specification(file)["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    _validate(_validator(file, response["content"]["application/json"]["schema"]["$ref"]), document)
    if status in {200, 201} and path_template.startswith("/v1/payments/payouts"):
        _check_success(method, path_template, document)


def _check_item(item: dict[str, Any]) -> None:
    amount, recipient_type = item["amount"], item.get("recipient_type")
    decimals = _DECIMALS[amount["currency"]]
    pattern = rf"[0-9]{{1,10}}(\.[0-9]{{1,{decimals}}})?" if decimals else "[0-9]{1,10}"
    assert re.fullmatch(pattern, amount["value"]), f"not an amount of {amount['currency']}: {amount['value']!r}"
    assert float(amount["value"]) > 0, "nothing to pay"
    assert item.get("sender_item_id"), "an item without an id cannot be told from its neighbour"
    assert recipient_type in _RECEIVERS, f"not a recipient_type: {recipient_type!r}"
    assert _RECEIVERS[recipient_type].fullmatch(item["receiver"]), f"not of type {recipient_type}: {item['receiver']!r}"
    wallet = item.get("recipient_wallet", "PAYPAL")
    assert wallet in {"PAYPAL", "VENMO"}, f"not a recipient_wallet: {wallet!r}"
    assert wallet != "VENMO" or item.get("note"), "Venmo wants a note"


def _check_success(method: str, path_template: str, document: dict[str, Any]) -> None:
    """Look for what the schema calls optional and no client can do without."""
    if "payouts-item" in path_template:
        assert document.get("payout_item", {}).get("amount"), "an item without an amount"
        return
    assert document.get("batch_header", {}).get("payout_batch_id"), "a batch without an id"
    assert document.get("links"), "a batch without a link"
    assert method == "POST" or "items" in document, "a page without items"


def _validate(validator: jsonschema_rs.Draft4Validator, document: object) -> None:
    errors = [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator.iter_errors(document)
    ]
    assert not errors, "\n".join(errors[:20])


def described(path_template: str) -> dict[str, Any]:
    """Return the description that has a path, as PayPal wrote it."""
    text = Path(__file__).with_name(_file_of(path_template)).read_bytes()
    specification: dict[str, Any] = json.loads(text)
    return specification


def is_described(schema: dict[str, Any], document: object, path_template: str) -> bool:
    """Return whether a document is as a schema of PayPal's has it, with other keys or without."""
    whole = {"components": described(path_template)["components"], "allOf": [schema]}
    return jsonschema_rs.Draft4Validator(whole, validate_formats=True).is_valid(document)


def _file_of(path_template: str) -> str:
    return _REPORTING if path_template.startswith("/v1/reporting/") else _PAYOUTS


@cache
def _validator(file: str, reference: str) -> jsonschema_rs.Draft4Validator:
    schema = {"components": _specification(file)["components"], "allOf": [{"$ref": reference}]}
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)


@cache
def _specification(file: str) -> dict[str, Any]:
    specification: dict[str, Any] = json.loads(Path(__file__).with_name(file).read_bytes())
    schemas = specification["components"]["schemas"]
    if file == _PAYOUTS:
        _patch(schemas)
    else:
        # Of days in which nothing happened there is no row; the schema wants one at least.
        schemas["search_response"]["properties"]["transaction_details"]["minItems"] = 0
    _close(schemas)
    return specification


def _patch(schemas: dict[str, Any]) -> None:
    """Add what recorded traffic has and the specification lacks."""
    # A re-used sender_batch_id: the link to the first batch stands in the detail, in an array called `link`.
    schemas["error_details-2"]["properties"]["link"] = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/link_description"},
    }
    # Links name the encoding of the request that would follow them.
    schemas["link_description"]["properties"]["encType"] = {"type": "string"}
    # The error of an item has no debug_id: it belongs to no request.
    item_error = schemas["error"] | {"required": ["name", "message"]}
    schemas["item_error"] = item_error
    for name in ("payout_batch_items", "payout_item-2"):
        schemas[name]["properties"]["errors"] = {"$ref": "#/components/schemas/item_error"}


def _close(schema: object) -> None:
    """Forbid, in every object, the keys that are not named."""
    if isinstance(schema, list):
        for part in schema:
            _close(part)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            schema["additionalProperties"] = False
        for part in schema.values():
            _close(part)
