"""What the work costs and who carries it: effort, load, concentration, areas and ties."""
