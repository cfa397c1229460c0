"""Errors of the pipeline, and what an error means to the shell: CONTRACT 2, exit codes."""

DONE, UNEXPECTED, USAGE, UNREACHABLE, CHECKS_FAILED = range(5)


class UsageError(Exception):
    """What was asked cannot be done as asked; the message says what to write instead."""


def exit_code(error: BaseException) -> int:
    """The exit code of an error. Classes are looked up only now: reading verbs start faster."""
    from connectors.connector import SourceError
    from connectors.org_files import OrgError
    from pipelines.settings_file import SettingsError
    from reports.groups import ReportError
    from reports.page import PdfError
    from warehouse.publish import ChecksFailed
    from warehouse.read import QueryError

    usage = (UsageError, SettingsError, QueryError, ReportError, PdfError, OrgError)
    if isinstance(error, usage):
        return USAGE
    if isinstance(error, SourceError):
        return UNREACHABLE
    return CHECKS_FAILED if isinstance(error, ChecksFailed) else UNEXPECTED


def is_safe(error: BaseException) -> bool:
    """Whether the message of an error may be shown: ours name files, tables and counts."""
    from pipelines.notify import NotifyError
    from warehouse.ledger import LedgerError
    from warehouse.publish import PublishError
    from warehouse.storage import LakeError

    ours = (LakeError, LedgerError, PublishError, NotifyError)
    return exit_code(error) != UNEXPECTED or isinstance(error, ours)
