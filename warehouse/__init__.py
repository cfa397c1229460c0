"""Storage: the lake between layers, the ledger, and the files published for readers."""
