"""Checkpoints, signatures and their verification."""
