"""The station's files: connections, journal, blobs, derivation and the questions asked of them."""
