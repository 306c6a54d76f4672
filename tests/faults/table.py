"""Results of all runs of each experiment, as `docs/reliability.md` shows them."""

from statistics import median

from tests.faults.trial import Outcome

HEAD = "| fault | runs | commands | lost | doubled raw | doubled | other | recovery p50 / max |"
RULE = "|---|---|---|---|---|---|---|---|"


class Table:
    def __init__(self) -> None:
        self._rows: dict[str, list[Outcome]] = {}

    def add(self, name: str, seed: str, outcome: Outcome) -> None:
        """Tells of it at once, for a night is long."""
        self._rows.setdefault(name, []).append(outcome)
        verdict = "holds" if outcome.verdict.holds else "BROKEN"
        took = ", ".join(f"{each:.1f} s" for each in outcome.recoveries)
        print(f"{seed}: {verdict}; recovered in {took or '-'}", flush=True)
        for text in (*map(str, outcome.verdict.violations), *outcome.notes):
            print(f"    {text}", flush=True)

    @property
    def holds(self) -> bool:
        return all(each.verdict.holds for row in self._rows.values() for each in row)

    def as_markdown(self) -> str:
        return "\n".join([HEAD, RULE, *(_row(*each) for each in self._rows.items())])


def _row(name: str, outcomes: list[Outcome]) -> str:
    verdicts = [outcome.verdict for outcome in outcomes]
    lost = sum(each.lost for each in verdicts)
    doubled = sum(each.doubled for each in verdicts)
    other = sum(len(each.violations) for each in verdicts) - lost - doubled
    repeats = sum(each.repeats for each in verdicts)
    took = [seconds for outcome in outcomes for seconds in outcome.recoveries]
    recovery = f"{median(took):.1f} s / {max(took):.1f} s" if took else "-"
    commands = sum(outcome.commands for outcome in outcomes)
    counted = f"{len(outcomes)} | {commands} | {lost} | {repeats} | {doubled} | {other}"
    return f"| {name} | {counted} | {recovery} |"
