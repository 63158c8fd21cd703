"""The figures of this house, each measured against a peer on the same machine: `./jichi bench`."""
