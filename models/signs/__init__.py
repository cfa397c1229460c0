"""Signs that leadership runs beside the recorded lines; each fills findings.

What is looked for is one file a sign, over which stretch of time is in `windows`, the shape that
all fill in `shape`, and all of them together in `findings`. What helps is in `models.moves`.
"""
