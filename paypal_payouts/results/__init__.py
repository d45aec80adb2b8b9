"""What every `--json` document holds: one file for each command, and in it each key once, with its type and meaning.

The JSON itself, its JSON Schema and the reference in README are derived from these declarations. A struct is called as
its key is, with `JsonStruct` behind it; where its field is called as an attribute of the value that it is made of, the
value is taken over by that name.
"""
