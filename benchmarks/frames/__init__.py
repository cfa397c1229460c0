"""The same tables by pandas, the ordinary way: merges, groupby, and no loop over rows."""
