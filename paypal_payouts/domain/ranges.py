"""The ranges of a retry policy, for the configuration and for the command line. It loads nothing."""

from typing import Final, NamedTuple


class Range(NamedTuple):
    """The least and the greatest that is accepted."""

    least: int
    greatest: int


MAX_RETRIES: Final = Range(0, 20)
BASE_DELAY_S: Final = Range(0, 3600)
MAX_DELAY_S: Final = Range(0, 86_400)
MAX_AGE_DAYS: Final = Range(1, 25)
PAID_WITHIN_DAYS: Final = Range(0, 3650)
PAID_WITHIN_DAYS_DEFAULT: Final = 45
"""So long after it arrived money is looked at again, whether it came back, unless the operator says otherwise."""
CANARY: Final = Range(1, 14_999)
"""Fewer items than a full batch: by this a canary is known again (`domain.brake`)."""
AUDIT_ROWS_DEFAULT: Final = 200
"""So many rows of the trail `audit` shows, the newest."""
METRICS_CYCLES_DEFAULT: Final = 100
"""So many cycles have figures of their own, the newest."""
