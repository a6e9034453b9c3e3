"""The words and rules of the field: records, tracks and the journal's own terms; standard library and NumPy only."""
