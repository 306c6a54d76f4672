"""Everything that keeps the stack from running, as one sentence for the person at the terminal.

StackError
├── PortInUse        somebody else listens where a part of the stack would
├── AlreadyRunning   another launcher holds the folder
└── NotReady         a process ended, or stayed silent past its deadline, while starting
"""


class StackError(Exception):
    """The stack cannot run."""


class PortInUse(StackError):
    """Somebody else listens where a part of the stack would."""


class AlreadyRunning(StackError):
    """Another launcher holds the folder."""


class NotReady(StackError):
    """A process ended, or stayed silent past its deadline, while starting."""
