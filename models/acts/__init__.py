"""Who did leadership work, for whom, when: one file a kind, all in the shape of the act ledger."""
