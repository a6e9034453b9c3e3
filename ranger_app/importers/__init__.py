"""Foreign files become records and problems."""
