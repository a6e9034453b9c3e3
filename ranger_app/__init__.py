"""The core of the Ranger App: no window, no database driver, no file format of others at this level."""

__version__ = "0.1.0"
