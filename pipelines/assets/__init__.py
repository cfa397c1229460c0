"""The assets of the nightly graph, one file a group. What they call knows nothing of Dagster."""
