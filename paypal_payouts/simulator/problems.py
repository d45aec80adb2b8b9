"""PayPal's error names, what it says beside them, and the bodies that carry them."""

from collections.abc import Sequence
from typing import Final

from paypal_payouts.simulator.messages import JsonObject

INFORMATION_LINK: Final = "https://developer.paypal.com/docs/api/payments.payouts-batch/#errors"

_MESSAGES: Final = {
    "ACCOUNT_RESTRICTED": "User is restricted",
    "AUTHENTICATION_FAILURE": "Authentication failed due to missing authorization header, "
    "or invalid authentication credentials.",
    "AUTHORIZATION_ERROR": "Authorization error occurred",
    "BATCH_NOT_COMPLETED": "Batch is not completed. Cancel the item when the batch is complete.",
    "DUPLICATE_ITEM": "Duplicate sender_item_id within the batch",
    "INSUFFICIENT_FUNDS": "Sender does not have sufficient funds. Please add funds and retry.",
    "INTERNAL_ERROR": "An internal service error occurred.",
    "INVALID_REQUEST": "Request is not well-formed, syntactically incorrect, or violates schema.",
    "INVALID_RESOURCE_ID": "The requested resource was not found.",
    "ITEM_ALREADY_CANCELLED": "Item has already been cancelled.",
    "ITEM_CANCELLATION_FAILED": "Item could not be cancelled. Try again in a few minutes.",
    "ITEM_INCORRECT_STATUS": "Only an unclaimed item can be cancelled.",
    "METHOD_NOT_SUPPORTED": "The server does not implement the requested HTTP method.",
    "NOT_AUTHORIZED": "Authorization failed due to insufficient permissions.",
    "NON_HOLDING_CURRENCY": "The sender does not hold a balance in this currency.",
    "PREVIOUS_REQUEST_IN_PROGRESS": "A previous request on this resource is currently in progress.",
    "RATE_LIMIT_REACHED": "Too many requests. Blocked due to rate limiting.",
    "RATE_LIMIT_VALIDATION": "Too many failed requests. Blocked due to rate limiting.",
    "RECEIVER_ACCOUNT_LOCKED": "Receiver's account is inactive or restricted.",
    "RECEIVER_UNREGISTERED": "Receiver is unregistered",
    "REGULATORY_BLOCKED": "This transaction was blocked due to regulatory compliance restrictions.",
    "REGULATORY_PENDING": "This transaction is pending while it is reviewed for compliance.",
    "REQUEST_TIMEOUT_EXCEEDED": "The request timed out.",
    "RESOURCE_NOT_FOUND": "The specified resource does not exist.",
    "SERVICE_UNAVAILABLE": "Service Unavailable.",
    "UNPROCESSABLE_ENTITY": "The requested action could not be performed, semantically incorrect, "
    "or failed business validation.",
    "UNSUPPORTED_MEDIA_TYPE": "The server does not support the request payload's media type.",
    "USER_BUSINESS_ERROR": "User business error.",
    "VALIDATION_ERROR": "Invalid request - see details",
    "ZERO_AMOUNT": "Amount must be more than zero.",
}


class SimulatedRefusal(Exception):
    """PayPal says no to one request; nothing of it is kept."""

    def __init__(self, status: int, name: str, details: Sequence[JsonObject] = (), *, allow: str = "") -> None:
        super().__init__(name)
        self.status = status
        self.allow = allow
        """The method that is allowed instead, where another one was used."""
        self.name = name
        self.details = list(details)


class TokenRefusal(SimulatedRefusal):
    """A no of the token service, which has a shape of its own."""

    def __init__(self, error: str, description: str, *, status: int = 401) -> None:
        super().__init__(status, error)
        self.description = description


def message_of(name: str) -> str:
    """Return PayPal's sentence for a name; a name that has none here is spelt out."""
    return _MESSAGES.get(name, name.replace("_", " ").capitalize() + ".")


def detail(field: str, issue: str, location: str = "body") -> JsonObject:
    """Point at one wrong field."""
    return {"field": field, "location": location, "issue": issue}


def error_body(name: str, debug_id: str, details: Sequence[JsonObject] = ()) -> JsonObject:
    """Write the error document of a whole request."""
    body: JsonObject = {"name": name, "message": message_of(name), "debug_id": debug_id}
    body["information_link"] = INFORMATION_LINK
    if details:
        body["details"] = list(details)
    body["links"] = []
    return body


def refusal_body(refusal: SimulatedRefusal, debug_id: str) -> JsonObject:
    """Write a refusal in the shape of the service that says it."""
    if isinstance(refusal, TokenRefusal):
        return {"error": refusal.name, "error_description": refusal.description}
    return error_body(refusal.name, debug_id, refusal.details)


def item_error(name: str) -> JsonObject:
    """Write the `errors` object of one item: like an error, but PayPal leaves `debug_id` out."""
    return {
        "name": name,
        "message": message_of(name),
        "information_link": INFORMATION_LINK,
        "details": [],
        "links": [],
    }
