"""What is said of an act: each rule with its reason, the authority it stands for and its class."""

import polars as pl

AUTHORITIES = {
    "0 excluded": "excluded",
    "2 deputy": "formal_line",
    "2 dotted_line": "formal_line",
    "2 own_team": "formal_line",
    "2 solid_line": "formal_line",
    "3 mandate": "formal_mandate",
    "4 asked": "delegated",
    "4 delegation": "delegated",
    "5 agreement": "shared",
    "5a asks_owner": "ordinary",
    "6 baseline": "ordinary",
    "6 handoff": "ordinary",
    "7 absent": "cover",
    "7 acting_holder": "bypass",
    "7 slow_holder": "cover",
    "7 unseen_holder": "unresolved",
    "8 ended": "gap",
    "8 no_owner": "gap",
    "9 confidence": "unknown",
    "9 contested": "unknown",
    "9 no_register": "unknown",
    "9 nobody": "unknown",
}
CLASSES = {
    "formal_line": "formal",
    "formal_mandate": "formal",
    "delegated": "deliberate",
    "shared": "deliberate",
    "ordinary": "ordinary",
    "gap": "informal",
    "cover": "informal",
    "bypass": "informal",
    "unresolved": "informal",
    "unknown": "unknown",
    "excluded": "excluded",
}
RULE = pl.Enum([*AUTHORITIES])  # of several rules that decide an act the first in this order counts
AUTHORITY = pl.Enum([*CLASSES])
CLASS = pl.Enum([*dict.fromkeys(CLASSES.values())])
