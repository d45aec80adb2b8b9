"""Write what the documents have of the code: `cd tests && python -m reference`."""

from support.readme import write_between

from reference.writing import PARTS

for name, write in PARTS.items():
    write_between(name, write())
