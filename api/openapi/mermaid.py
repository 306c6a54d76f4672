"""State machines as Mermaid diagrams. Commands of other services stand in parentheses, and those
that leave the status as it is stand inside of it."""

from collections.abc import Iterable, Iterator, Mapping

from api.openapi.state_machines import StateMachine, Transition

MERMAID = "text/vnd.mermaid"


def diagram(machines: Mapping[str, StateMachine]) -> str:
    """The machines side by side, each in a frame of its own."""
    lines = [line for name, machine in machines.items() for line in _frame(name, machine)]
    return "\n".join(["stateDiagram-v2", *lines, ""])


def _frame(name: str, machine: StateMachine) -> Iterator[str]:
    # Two machines may have statuses of the same name; within a diagram each needs its own.
    yield f"    state {name} {{"
    for status in machine.statuses:
        yield f'        state "{status}" as {name}_{status}'
    yield f"        [*] --> {name}_{machine.initial}"
    for (before, after), commands in _by_effect(machine.transitions).items():
        target = "" if before == after else f" --> {name}_{after}"
        yield f"        {name}_{before}{target}: {', '.join(commands)}"
    for status in machine.final:
        yield f"        {name}_{status} --> [*]"
    yield "    }"


def _by_effect(transitions: Iterable[Transition]) -> Mapping[tuple[str, str], list[str]]:
    commands: dict[tuple[str, str], list[str]] = {}
    for each in transitions:
        label = each.command if each.for_clients else f"({each.command})"
        commands.setdefault((each.from_status, each.to_status), []).append(label)
    return commands
