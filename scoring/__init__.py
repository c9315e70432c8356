"""What it means: compute and compute-efficiency scores (not here yet)."""
