"""Under which authority each act was done, at its own date: the whole rule of METHOD 2.2.

`judge` holds the order of the rules, `register` who holds what, `grants` rules 2 to 6, `informal`
rules 7 and 8, `late` what records that came later change.
"""

from models.authority.judge import acts

__all__ = ["acts"]
