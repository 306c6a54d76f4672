"""The embedded stack: the whole service on this machine, without containers or accounts."""

import argparse
import sys

from deploy.dev.endings import Endings, Interrupted


def main() -> int:
    endings = Endings()
    endings.install()
    try:
        return _obey(endings)
    except Interrupted:
        return 130


def _obey(endings: Endings) -> int:
    # Loaded here, because a Ctrl-C while all this loads should end it like any other.
    from deploy.dev.commands import COMMANDS
    from deploy.dev.errors import StackError
    from deploy.dev.screen import Screen

    parser = argparse.ArgumentParser(prog="python -m deploy.dev", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__)
    chosen, screen = COMMANDS[parser.parse_args().command], Screen()
    try:
        return chosen(screen, endings)
    except StackError as error:
        screen.refuse(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
