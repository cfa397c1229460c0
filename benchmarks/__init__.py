"""The whole job beside plain SQL and pandas, as ratios. Not part of the product."""
