"""The window: Qt Widgets and nothing else."""
