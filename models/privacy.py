"""Keyed digests that stand for accounts. Who may see what is declared on the tables."""

import hashlib
import hmac


def account_key(key: bytes, source: str, account_id: str) -> str:
    """The key of an account: the first 32 hex digits of HMAC-SHA-256 over source and id.

    Case of the id does not count, as addresses and logins are written in both.

    Source: METHOD 11.1, G10 (128 bits, separated by source).
    """
    text = f"{source}\0{account_id.lower()}".encode("utf-8", "surrogateescape")
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:32]
