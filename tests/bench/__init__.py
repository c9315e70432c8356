"""Benchmarks: each beside the named peer in the same run, printed as ratios. Not timed tests."""
