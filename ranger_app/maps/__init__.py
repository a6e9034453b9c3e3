"""Map files of other programs: tiles, layers, scanned sheets and heights."""
