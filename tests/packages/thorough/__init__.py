"""What takes minutes: `make test-packages`."""
