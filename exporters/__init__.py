"""Records leave as files: one format a module."""
