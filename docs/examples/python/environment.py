import os
import sys


def require_environment(name):
    """The value of an environment variable; without one the program ends with a sentence that names it."""
    value = os.environ.get(name)
    if value:
        return value
    print(f"Set {name} first.", file=sys.stderr)
    sys.exit(2)
