"""The formal side: whose account is whose, who is above whom, who holds what, and since when.

Reading org files is in `connectors.org_files`; what an act was done under is in
`models.authority`.
"""
