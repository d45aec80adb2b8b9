"""The columns of PayPal's activity download, by their names in the languages that downloads have been seen in.

PayPal warns that positions move, so nothing goes by them. Source: PayPal's "Activity download" field list, and the
column names that public importers read.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from paypal_payouts.errors import InputInvalid

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "datum", "fecha"),
    "time": ("time", "uhrzeit", "heure", "hora"),
    "zone": ("timezone", "zeitzone", "fuseau horaire", "zona horaria"),
    "type": ("type", "typ", "tipo"),
    "status": ("status", "état", "estado"),
    "currency": ("currency", "währung", "devise", "divisa"),
    "gross": ("gross", "brutto", "avant commission", "bruto"),
    "fee": ("fee", "gebühr", "commission", "comisión"),
    "net": ("net", "netto", "neto"),
    "receiver": (
        "to email address",
        "empfänger e-mail-adresse",
        "à l'adresse email",
        "correo electrónico del destinatario",
    ),
    "transaction_id": ("transaction id", "transaktionscode", "numéro de transaction", "id. de transacción"),
    "reference": (
        "reference txn id",
        "zugehöriger transaktionscode",
        "txn-referenzkennung",
        "numéro de la transaction de référence",
        "id. de referencia de la transacción",
        "id. de referencia de trans.",
    ),
    "custom": ("custom number", "zollnummer", "individuelle nummer", "numéro de client", "número personalizado"),
    "balance": ("balance", "guthaben", "solde", "saldo"),
    "impact": ("balance impact", "auswirkung auf guthaben", "repercusiones en el saldo"),
    "code": ("transaction event code", "transaktionsereigniscode", "code de transaction"),
}
_FIELD: Final = {name: field for field, names in _NAMES.items() for name in names}
_REQUIRED: Final = ("date", "type", "currency", "gross", "fee", "net", "transaction_id")
_STATEMENT: Final = "description"
"""What the monthly statement, another file, has in the place of `Type`."""
_HOW: Final = "Take it from PayPal: Activity > All reports > Activity report, as CSV, all transactions."


def fields_of(header: Sequence[str], name: str) -> dict[str, int]:
    """Find where each column stands.

    Raises:
        InputInvalid: it is no activity download, or not all of one.

    """
    names = [cell.strip().casefold().replace("\u2019", "'") for cell in header]
    places = {_FIELD[each]: place for place, each in reversed(list(enumerate(names))) if each in _FIELD}
    lacking = [field for field in _REQUIRED if field not in places]
    if "type" in lacking and _STATEMENT in names:
        raise InputInvalid(f"{name} is PayPal's monthly statement, which does not name receivers.", hint=_HOW)
    if lacking:
        columns = ", ".join(_NAMES[field][0].title().replace("Id", "ID") for field in lacking)
        raise InputInvalid(f"{name} is no activity download of PayPal's: it has no column {columns}.", hint=_HOW)
    return places
