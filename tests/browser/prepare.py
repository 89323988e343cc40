"""``python -m tests.browser.prepare [--scene]``: fills the instance that MATCHMAKER_INSTANCE names, in one process."""

import sys

from matchmaker import cli
from matchmaker.accounts import passwords
from tests.browser import scene
from tests.support.hashing import QUICK

_SCENE = "--scene"


def main(arguments: list[str]) -> None:
    """Run the site's commands one after the other; the scene stands before the index is built."""
    # A hash names its own effort: signing in takes no more.
    passwords._hasher = QUICK
    for command in (["translations", "compile"], ["db", "upgrade"], ["seed", "--demo"]):
        cli.main(command, standalone_mode=False)
    if _SCENE in arguments:
        scene.enter()
    cli.main(["index"], standalone_mode=False)


if __name__ == "__main__":
    main(sys.argv[1:])
