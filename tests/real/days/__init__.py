"""Five sites over two days: what stands in them, what they say each minute, what comes of it."""
