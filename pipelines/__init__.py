"""The nightly graph and the command line: thin, and the only place that knows Dagster."""
