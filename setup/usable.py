"""Prints the version of the Python that runs this, or fails when that Python will not do.

An environment will not do once its Python was upgraded under it, nor once its folder was moved: its
scripts name the old place. Written so that any Python can read it, however old.
"""

import os
import sys

VERSION = "%d.%d" % sys.version_info[:2]
LIBRARY = os.path.join(sys.prefix, "lib", "python" + VERSION)
MARK = os.path.join(sys.prefix, ".root")


def was_moved(root):
    """Tell whether the environment was made for another folder than ``root``."""
    if not os.path.exists(MARK):
        return False
    with open(MARK, "rb") as mark:
        return mark.read().strip() != os.fsencode(root)


if sys.version_info < (3, 11) or not os.path.isdir(LIBRARY) or was_moved(sys.argv[1]):
    sys.exit(1)
sys.stdout.write(VERSION + "\n")
