"""The adapters against written recordings, and the road to the tools against real processes."""
