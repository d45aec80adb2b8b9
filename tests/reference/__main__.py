"""Write the reference in docs/reference.md: `cd tests && python -m reference`."""

from support.readme import write_between

from reference.writing import NAME, reference

write_between(NAME, reference())
