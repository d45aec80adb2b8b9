"""One file for each verb: the only place where effects are put in order."""
