"""Cell 0 keeps cells: named settings that many programs share."""

__version__ = "1.2.0"
