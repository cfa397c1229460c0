"""What a manager and a person read: pages made from the published tables, and nothing else.

`weekly` and `own` hold values, `page` turns them into HTML, PDF and JSON, `charts` and `maps` draw,
`phrases` words, `folders` writes one folder a reader. Numbers are defined in `models.metrics`.
"""
