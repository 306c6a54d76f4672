"""An execution can be driven by Temporal's own command line, as by its Web UI."""

import subprocess

import pytest

from tests.stack.command_line import CommandLine
from tests.stack.customer import Customer
from tests.stack.workshop import Workshop


async def test_signals_from_the_command_line_carry_an_execution_to_its_end(
    customer: Customer, command_line: CommandLine
) -> None:
    execution = (await customer.create())["id"]

    for name, input_, status in (
        ("start", None, "IN_PROGRESS"),
        ("pause", '{"reason": "lunch"}', "PAUSED"),
        ("resume", None, "IN_PROGRESS"),
        ("complete", "{}", "COMPLETED"),
        ("mark_invoiced", '{"invoiceId": "INV-1"}', "INVOICED"),
    ):
        sent = ("--input", input_) if input_ else ()
        command_line(
            "workflow", "signal", "--workflow-id", f"execution-{execution}", "--name", name, *sent
        )
        await customer.waits_until(execution, status)

    assert (await customer.sees(execution))["version"] == 6


async def test_nonsense_from_the_command_line_breaks_nothing(
    customer: Customer, command_line: CommandLine
) -> None:
    execution = (await customer.create())["id"]
    workflow = ("--workflow-id", f"execution-{execution}")

    for name, input_ in (("resume", "{}"), ("cancel", "7"), ("assign", "[]"), ("dance", '"now"')):
        command_line("workflow", "signal", *workflow, "--name", name, "--input", input_)
    shown = command_line("workflow", "query", *workflow, "--type", "snapshot")
    started = await customer.does(execution, "start")

    assert "SCHEDULED" in shown
    assert started["version"] == 2


async def test_an_update_from_the_command_line_answers(
    customer: Customer, command_line: CommandLine
) -> None:
    execution = (await customer.create())["id"]
    workflow = ("--workflow-id", f"execution-{execution}")

    answer = command_line("workflow", "update", "execute", *workflow, "--name", "start")

    assert "IN_PROGRESS" in answer
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        command_line("workflow", "update", "execute", *workflow, "--name", "start")
    assert "Invalid execution status transition" in refusal.value.stderr


async def test_signals_from_the_command_line_carry_a_queue_item_to_its_end(
    workshop: Workshop, command_line: CommandLine
) -> None:
    item = await workshop.adds()
    workflow = ("--workflow-id", f"fila-{item['ordem_servico_id']}")

    for name, input_, stage in (
        ("iniciar-diagnostico", '{"mecanico_responsavel_id": 7}', "DIAGNOSTICO"),
        ("finalizar-diagnostico", '{"diagnostico": "Freios"}', "AGUARDANDO_APROVACAO"),
        ("finalizar-diagnostico", '{"diagnostico": "Outra vez"}', "AGUARDANDO_APROVACAO"),
        ("iniciar-reparo", "{}", "REPARO"),
        ("finalizar-reparo", "{}", "FINALIZADA"),
    ):
        command_line("workflow", "signal", *workflow, "--name", name, "--input", input_)
        await workshop.reaches(item["fila_id"], stage)

    shown = await workshop.sees(item["fila_id"])
    assert (shown["versao"], shown["diagnostico"]) == (5, "Freios")
