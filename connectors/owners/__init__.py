"""Owners files: MAINTAINERS, CODEOWNERS, OWNERS and plain tables of committers, each to `Register`.

A parser takes a text and gives what can be read of it; a damaged line loses that line only.
"""
