"""Bring data in: one file a source, all with the contract of `connectors.connector`."""
