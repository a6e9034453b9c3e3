"""Tests of the Ranger App; see CONTRIBUTING.md for what goes into which folder."""
