"""The brake of a `run`: between two batches it looks at what became of those before (`domain.brake`)."""

from msgspec.structs import replace

from paypal_payouts.domain.brake import canary_of, is_final, of_sequences, stored_refusal
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.protocol.session import PayingSession


class Brake:
    """Lets each batch of one run go, or not."""

    def __init__(self, session: PayingSession, limit: float | None) -> None:
        """Begin with nothing held back; `limit` is `limits.max_failed_share`."""
        self._session, self._limit = session, limit
        self.holds = False
        """A batch was held back, because its canary has no final word yet."""

    def lets_go(self, batch: BatchRecord) -> bool:
        """Read the results so far, and say whether a batch may be sent; one without an answer always may.

        Raises:
            Blocked: too much of what is finished is unpaid.

        """
        if batch.status is BatchStatus.IN_FLIGHT:
            return True
        session = self._session
        canary = canary_of(batch, session.stored())
        if canary and not self._has_final_word(canary):
            names = ", ".join(str(each.name) for each in canary)
            why = f"{batch.name} and what follows is not sent yet: PayPal has not said its last word on {names}."
            session.warn([Notice("canary_open", f"{why} Run again later.")])
            self.holds = True
            return False
        if self._limit is not None:
            session.look()
        refusal = stored_refusal([batch], session.stored(), self._limit, cycle=session.cycle)
        if refusal is not None:
            sent = ", ".join(dict.fromkeys(session.sent)) or "nothing"
            raise replace(refusal, message=f"{refusal.message} Sent by this run before: {sent}.").error()
        return True

    def _has_final_word(self, canary: list[BatchRecord]) -> bool:
        sequences = {each.name.sequence for each in canary}
        if is_final(of_sequences(self._session.stored(), sequences)):
            return True
        self._session.wait_for(sequences)
        return is_final(of_sequences(self._session.stored(), sequences))
