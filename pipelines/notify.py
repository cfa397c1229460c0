"""Tell somebody that a night failed: by mail or by webhook, with nothing personal in it.

When it is called is elsewhere: `pipelines.cli.run` tells of runs that it started itself,
`pipelines.schedules` of runs that the daemon started.
"""

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from http.client import HTTPException
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 20
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NotifyError(Exception):
    """Nobody could be told; the message says why, without address or credentials."""


@dataclass(frozen=True)
class Failure:
    """What went wrong in one run: ids of the run and of steps, and a kind, never a row."""

    run_id: str
    steps: tuple[str, ...]
    kind: str
    is_published: bool

    def subject(self) -> str:
        """One line for the subject of a mail or the head of a message."""
        done = "published as incomplete" if self.is_published else "nothing published"
        return f"dottedline: {self.kind} in {', '.join(self.steps) or 'the run'}; {done}"

    def text(self) -> str:
        """What happened, what readers see meanwhile, and what to do."""
        seen = (
            "The published files are new; sources that could not be read keep their earlier rows."
            if self.is_published
            else "Nothing was published; readers still see what was published before."
        )
        return (
            f"Run:   {self.run_id}\nSteps: {', '.join(self.steps) or '-'}\nKind:  {self.kind}\n\n"
            f"{seen}\nTo find out why: dottedline doctor\nTo try again:    dottedline run\n"
        )


def tell(
    failure: Failure,
    to: str,
    *,
    sender: str,
    internal_hosts: Collection[str],
    environ: Mapping[str, str],
) -> None:
    """Send `failure` to a mail address or a webhook.

    Mail goes through DOTTEDLINE_SMTP_HOST, _PORT, _USER and _PASSWORD of `environ`; an empty
    `sender` makes the reader the sender. A webhook gets JSON with `text`, which chat services show.

    Raises:
        NotifyError: Nobody was told; the message says what to set or mend.
    """
    if "://" in to:
        _post(failure, to, internal_hosts)
    else:
        _mail(failure, to, sender or to, environ)


def _mail(failure: Failure, to: str, sender: str, environ: Mapping[str, str]) -> None:
    host = environ.get("DOTTEDLINE_SMTP_HOST", "")
    if not host:
        raise NotifyError("no mail server: set DOTTEDLINE_SMTP_HOST in the environment or .env")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = failure.subject(), sender, to
    message["Auto-Submitted"] = "auto-generated"
    message["Message-ID"] = f"<{failure.run_id}@dottedline.invalid>"
    message.set_content(failure.text())
    try:
        with _server(host, environ) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotifyError(
            f"the mail server refused or could not be reached ({type(error).__name__}); "
            "see DOTTEDLINE_SMTP_HOST, _PORT, _USER and _PASSWORD"
        ) from None


def _server(host: str, environ: Mapping[str, str]) -> smtplib.SMTP:
    """A mail server, logged in to; a password never goes out in clear but on this machine."""
    user = environ.get("DOTTEDLINE_SMTP_USER", "")
    port = _port(environ.get("DOTTEDLINE_SMTP_PORT", "") or ("587" if user else "25"))
    context = ssl.create_default_context()
    if port == smtplib.SMTP_SSL_PORT:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=TIMEOUT_SECONDS, context=context
        )
        is_safe = True
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        is_safe = server.has_extn("starttls")
        if is_safe:
            server.starttls(context=context)
    if user:
        if not is_safe and host not in _LOOPBACK:
            server.close()
            raise NotifyError(
                "the mail server offers no encryption, so the password was not sent; "
                "set DOTTEDLINE_SMTP_PORT=465 or take DOTTEDLINE_SMTP_USER away"
            )
        server.login(user, environ.get("DOTTEDLINE_SMTP_PASSWORD", ""))
    return server


def _port(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise NotifyError(f"DOTTEDLINE_SMTP_PORT: {text!r} is no number; write 587") from None


def _opener() -> urllib.request.OpenerDirector:
    """Opens addresses through the proxy if there is one; follows no redirect.

    A webhook answers itself: elsewhere nobody was meant to hear of it.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _post(failure: Failure, to: str, internal_hosts: Collection[str]) -> None:
    address = urlsplit(to)
    is_internal = address.netloc in internal_hosts or address.hostname in internal_hosts
    if address.scheme != "https" and not (address.scheme == "http" and is_internal):
        raise NotifyError(
            "notify.failures_to: a webhook must be https, or its host must stand in "
            "privacy.internal_hosts"
        )
    content = {
        "text": f"{failure.subject()}\n{failure.text()}",
        "run_id": failure.run_id,
        "steps": list(failure.steps),
        "kind": failure.kind,
        "is_published": failure.is_published,
    }
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
        to, json.dumps(content).encode(), {"Content-Type": "application/json"}
    )
    try:
        with _opener().open(request, timeout=TIMEOUT_SECONDS):
            return
    except urllib.error.HTTPError as error:
        raise NotifyError(f"the webhook answered {error.code}; see notify.failures_to") from None
    except (OSError, HTTPException, ValueError) as error:
        raise NotifyError(
            f"the webhook could not be reached ({type(error).__name__}); see notify.failures_to"
        ) from None
