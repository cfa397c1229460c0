import polars as pl
import pytest

from connectors.git_identities import account_id, kind, name


@pytest.mark.parametrize(
    ("address", "called", "expected"),
    [
        ("ana@plant.example", "Ana Roth", "human"),
        ("12345+ana@users.noreply.github.com", "ana", "human"),
        ("ana@users.noreply.gitlab.com", "Ana Roth", "human"),
        ("ana.talbot@plant.example", "Ana Talbot", "human"),
        ("ana+gerrit@plant.example", "Ana Roth", "human"),
        ("dev@ana.example", "Ana Roth", "human"),
        ("noreply@github.com", "GitHub", "bot"),
        ("no-reply@plant.example", "build bot (Jenkins)", "bot"),
        ("1001@gerrit.plant.example", "Ana Roth", "bot"),
        ("gerrit@plant.example", "Code Review", "bot"),
        ("49699333+dependabot[bot]@users.noreply.github.com", "dependabot[bot]", "bot"),
        ("x@plant.example", "Kernel test robot", "bot"),
        ("ci@plant.example", "", "bot"),
        ("dev@lists.plant.example", "", "shared"),
        ("maintainers@plant.example", "Plant Maintainers", "shared"),
        ("maintainers@plant.example", "", "shared"),
        ("@plant/wiring", "", "shared"),
        ("@ana", "", "human"),
    ],
)
def test_machines_and_lists_are_told_from_people(address, called, expected):
    row = pl.DataFrame({"account_id": [address], "name": [called or None]})
    assert row.select(kind()).item() == expected


def test_names_and_addresses_are_stored_without_signs_nobody_sees():
    row = pl.DataFrame({"text": ['"Ana\x07\n  \u202eRoth\u2066\ufeff"', "\u200b \x00", "A" * 500]})
    assert row.select(name(pl.col("text")))["text"].to_list() == ["Ana Roth", None, "A" * 200]


def test_an_account_id_is_in_lower_case_and_of_one_piece():
    row = pl.DataFrame({"text": ["<Mailto: ANA@Plant.Example >", ""]})
    expected = ["ana@plant.example", None]
    assert row.select(account_id(pl.col("text")))["text"].to_list() == expected
