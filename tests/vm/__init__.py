"""A guest with a real /dev/ipmi0 under qemu, in software: `make test-vm`."""
