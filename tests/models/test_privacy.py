from models.privacy import account_key


def test_an_account_key_is_known_and_does_not_see_case():
    assert account_key(b"k" * 32, "code", "ana@example.org") == "bab1be1b4e5f087ebc757935fdf03b03"
    assert account_key(b"k" * 32, "code", "Ana@Example.org") == "bab1be1b4e5f087ebc757935fdf03b03"


def test_another_key_or_source_gives_another_account_key():
    keys = {account_key(key, source, "x") for key in (b"a", b"b") for source in ("s", "t")}
    assert len(keys) == 4
    assert account_key(b"a", "s", "tx") != account_key(b"a", "st", "x")
