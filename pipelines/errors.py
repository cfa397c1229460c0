"""Errors of the pipeline, and what an error means to the shell: CONTRACT 2, exit codes."""

DONE, UNEXPECTED, USAGE, UNREACHABLE, CHECKS_FAILED = range(5)


class UsageError(Exception):
    """What was asked cannot be done as asked; the message says what to write instead."""


def exit_code(error: BaseException) -> int:
    """The exit code of an error. Its class is looked up only now: reading verbs start faster."""
    from connectors.connector import SourceError
    from pipelines.settings_file import SettingsError

    if isinstance(error, (UsageError, SettingsError)):
        return USAGE
    if isinstance(error, SourceError):
        return UNREACHABLE
    return UNEXPECTED
