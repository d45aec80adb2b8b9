"""Write every screen as it is now: `cd tests && python -m snapshots`, or with the names of some states."""

import sys

from snapshots.golden import golden_file, screens
from snapshots.states import STATES

for name in sys.argv[1:] or STATES:
    golden_file(name).write_text(screens(name), encoding="utf-8")
