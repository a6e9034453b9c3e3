"""Use cases, one a module, named by a verb; the only place where layers meet."""
