"""Us, the peers and the limits, measured side by side in one run; never a test."""
