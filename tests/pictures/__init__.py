"""Pictures of every screen: ``python -m tests.pictures OUTDIR``."""
