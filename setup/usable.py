"""Prints the version of the Python that runs this, or fails when that Python will not do.

The project's own environment will not do once its Python was upgraded under it, nor once its folder was
moved: its scripts name the old place. Written so that any Python can read it, however old.
"""

import os
import sys

VERSION = "%d.%d" % sys.version_info[:2]
LIBRARY = os.path.join(sys.prefix, "lib", "python" + VERSION)


def was_moved(root):
    """Tell whether this is the environment of ``root``, made when ``root`` was elsewhere."""
    environment = os.path.join(root, ".venv")
    mark = os.path.join(environment, ".root")
    if os.path.realpath(sys.prefix) != os.path.realpath(environment) or not os.path.exists(mark):
        return False
    with open(mark, "rb") as file:
        return file.read().strip() != os.fsencode(root)


if sys.version_info < (3, 11) or not os.path.isdir(LIBRARY) or was_moved(sys.argv[1]):
    sys.exit(1)
sys.stdout.write(VERSION + "\n")
