"""Says what was built: version, commit and date."""
from cell0 import __version__


def version_line(program):
    """`cell0d 1.2.0 (commit: ..., built: ...)`; a checkout has neither commit nor date."""
    try:
        from cell0._build import COMMIT, DATE
    except ImportError:
        COMMIT, DATE = "none", "unknown"
    return f"{program} {__version__} (commit: {COMMIT}, built: {DATE})"
