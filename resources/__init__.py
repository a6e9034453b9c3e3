"""Data shipped with the program; no code."""
