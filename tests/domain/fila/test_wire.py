"""The queue on the wire: Portuguese names, and inputs that are taken strictly."""

from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import to_json

from domain.fila.commands import (
    QUEUE_COMMANDS,
    FinishDiagnosis,
    FinishRepair,
    LinkExecution,
    Prioritize,
    RecordApproval,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.state import NewQueueItem, QueueItem
from domain.fila.vocabulary import Priority
from domain.kernel.values import Input
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import DIAGNOSIS, REPAIR, added

WHOLE_LIFE = (
    *DIAGNOSIS,
    RecordApproval(budget_id="b-1", approved_at=MORNING),
    LinkExecution(execution_id="e-1"),
    *REPAIR,
)
NEW = {"ordem_servico_id": 1}
FIRST_TOO_BIG = 281_474_976_710_656
"""2 to the power of 48."""
NO_WHOLE_NUMBER: tuple[object, ...] = (
    *(True, False, "1", "", 1.5, None, [], {}, [1]),
    *(float("nan"), float("inf"), b"1"),
)


def _read(kind: type[Input], fields: dict[str, Any]) -> list[str]:
    """Places of the fields that are wrong; none, if they are taken."""
    try:
        kind.model_validate(fields)
    except ValidationError as refusal:
        return [str(error["loc"][-1]) for error in refusal.errors()]
    return []


def test_an_item_is_written_in_portuguese_and_with_every_field() -> None:
    written = driven(added(41, tells_service_orders=True), *WHOLE_LIFE).model_dump(mode="json")

    assert written == {
        "fila_id": "0000000000290a1b2c3d4e5f",
        "ordem_servico_id": 41,
        "status": "FINALIZADA",
        "prioridade": "NORMAL",
        "mecanico_responsavel_id": 8,
        "diagnostico": "pastilhas de freio gastas",
        "observacoes_reparo": "pastilhas trocadas",
        "dta_inicio_diagnostico": "2026-03-02T08:00:00Z",
        "dta_fim_diagnostico": "2026-03-02T08:01:00Z",
        "dta_inicio_reparo": "2026-03-02T08:04:00Z",
        "dta_fim_reparo": "2026-03-02T08:05:00Z",
        "dta_criacao": "2026-03-02T08:00:00Z",
        "dta_atualizacao": "2026-03-02T08:05:00Z",
        "versao": 7,
        "orcamento_aprovado_em": "2026-03-02T08:00:00Z",
        "orcamento_id": "b-1",
        "pedido_cancelado_em": None,
        "execucao_id": "e-1",
        "exige_aprovacao": False,
        "avisa_os": True,
        "os_notificada": {
            "confirmada": None,
            "confirmada_em": None,
            "pendentes": [
                "EM_DIAGNOSTICO",
                "AGUARDANDO_APROVACAO",
                "EM_EXECUCAO",
                "FINALIZADA",
            ],
            "falha": None,
            "recusadas": [],
        },
        "mudancas_sem_evento": 0,
        "saude": {"status": "OK", "desde": None, "motivo": None},
    }


def test_a_fresh_item_has_the_same_fields_and_null_for_what_is_not_known() -> None:
    fresh, old = (driven(added(), *life).model_dump(mode="json") for life in ((), WHOLE_LIFE))

    assert fresh.keys() == old.keys()
    assert {name for name, value in fresh.items() if value is None} == {
        "mecanico_responsavel_id",
        "diagnostico",
        "observacoes_reparo",
        "dta_inicio_diagnostico",
        "dta_fim_diagnostico",
        "dta_inicio_reparo",
        "dta_fim_reparo",
        "orcamento_aprovado_em",
        "orcamento_id",
        "pedido_cancelado_em",
        "execucao_id",
    }


def test_what_the_os_service_has_said_is_written_in_portuguese() -> None:
    item = driven(added(tells_service_orders=True), *DIAGNOSIS)

    notices = item.notices.delivered(MORNING).failing("503").refused_for("404")

    assert notices.model_dump(mode="json") == {
        "confirmada": "EM_DIAGNOSTICO",
        "confirmada_em": "2026-03-02T08:00:00Z",
        "pendentes": [],
        "falha": None,
        "recusadas": [{"status": "AGUARDANDO_APROVACAO", "motivo": "404"}],
    }


def test_an_item_reads_back_as_it_was_written() -> None:
    item = driven(added(tells_service_orders=True), *WHOLE_LIFE)
    item = item.noting(item.notices.delivered(MORNING).failing("503"))

    assert QueueItem.model_validate_json(item.model_dump_json()) == item
    assert QueueItem.model_validate(item.model_dump()) == item


def test_an_item_of_a_later_release_can_still_be_read() -> None:
    item = added()

    again = QueueItem.model_validate({**item.model_dump(), "cor": "azul"})

    assert again == item


def test_a_client_says_which_order_and_perhaps_how_urgent_it_is() -> None:
    urgent = NewQueueItem.model_validate({"ordem_servico_id": 41, "prioridade": "URGENTE"})

    assert (urgent.service_order_id, urgent.priority) == (41, Priority.URGENT)
    assert NewQueueItem.model_validate(NEW).priority == "NORMAL"


@pytest.mark.parametrize("good", [1, 2**31, FIRST_TOO_BIG - 1])
def test_a_service_order_has_a_positive_number_of_48_bits(good: int) -> None:
    assert _read(NewQueueItem, {"ordem_servico_id": good}) == []


@pytest.mark.parametrize("wrong", [0, -1, FIRST_TOO_BIG, 10**30, *NO_WHOLE_NUMBER], ids=repr)
def test_anything_else_is_no_service_order(wrong: object) -> None:
    assert _read(NewQueueItem, {"ordem_servico_id": wrong}) == ["ordem_servico_id"]


@pytest.mark.parametrize("good", [1, 7, 2**53 - 1])
@pytest.mark.parametrize("kind", [StartDiagnosis, StartRepair])
def test_a_mechanic_has_a_positive_number_that_json_can_hold(kind: type[Input], good: int) -> None:
    assert _read(kind, {"mecanico_responsavel_id": good}) == []


@pytest.mark.parametrize("kind", [StartDiagnosis, StartRepair])
@pytest.mark.parametrize(
    "wrong", [0, -1, 2**53, *(each for each in NO_WHOLE_NUMBER if each is not None)], ids=repr
)
def test_anything_else_is_no_mechanic(kind: type[Input], wrong: object) -> None:
    assert _read(kind, {"mecanico_responsavel_id": wrong}) == ["mecanico_responsavel_id"]


def test_only_a_diagnosis_needs_a_mechanic() -> None:
    assert _read(StartDiagnosis, {}) == ["mecanico_responsavel_id"]
    assert _read(StartDiagnosis, {"mecanico_responsavel_id": None}) == ["mecanico_responsavel_id"]
    assert _read(StartRepair, {}) == []
    assert _read(StartRepair, {"mecanico_responsavel_id": None}) == []


@pytest.mark.parametrize(
    ("kind", "field"), [(FinishDiagnosis, "diagnostico"), (FinishRepair, "observacoes_reparo")]
)
@pytest.mark.parametrize(
    "wrong", ["", "  ", "\n\t", "x" * 2001, "a\x00b", "\ud800", 7, True, [], {}], ids=repr
)
def test_text_that_says_nothing_or_too_much_is_refused(
    kind: type[Input], field: str, wrong: object
) -> None:
    assert _read(kind, {field: wrong}) == [field]


def test_a_diagnosis_has_text_and_a_repair_may_be_without() -> None:
    assert _read(FinishDiagnosis, {}) == ["diagnostico"]
    assert _read(FinishDiagnosis, {"diagnostico": None}) == ["diagnostico"]
    assert _read(FinishDiagnosis, {"diagnostico": "  embreagem — ação 🔧 "}) == []
    assert _read(FinishRepair, {}) == []
    assert _read(FinishRepair, {"observacoes_reparo": None}) == []


@pytest.mark.parametrize("word", ["BAIXA", "NORMAL", "ALTA", "URGENTE"])
def test_there_are_four_priorities(word: str) -> None:
    assert _read(Prioritize, {"prioridade": word}) == []


@pytest.mark.parametrize("wrong", ["urgente", "HIGH", "", " ALTA", 1, True, None, [], {}], ids=repr)
@pytest.mark.parametrize("kind", [Prioritize, NewQueueItem])
def test_there_is_no_other_priority(kind: type[Input], wrong: object) -> None:
    fields = {"prioridade": wrong} if kind is Prioritize else {**NEW, "prioridade": wrong}

    assert _read(kind, fields) == ["prioridade"]


@pytest.mark.parametrize("name", ["cor", "status", "fila_id", "exige_aprovacao", "avisa_os"])
def test_what_a_client_does_not_decide_is_a_mistake(name: str) -> None:
    assert _read(NewQueueItem, {**NEW, name: True}) == [name]


@pytest.mark.parametrize("kind", QUEUE_COMMANDS)
def test_an_unknown_field_of_a_command_is_a_mistake(kind: type[Input]) -> None:
    assert "cor" in _read(kind, {"cor": "azul"})


def test_a_command_travels_under_portuguese_names() -> None:
    told = [
        StartDiagnosis(mechanic_id=7),
        FinishDiagnosis(diagnosis="d"),
        FinishRepair(repair_notes="n"),
        Prioritize(priority=Priority.LOW),
        RecordApproval(budget_id="b", approved_at=MORNING),
        LinkExecution(execution_id="e"),
    ]

    assert [to_json(command).decode() for command in told] == [
        '{"mecanico_responsavel_id":7}',
        '{"diagnostico":"d"}',
        '{"observacoes_reparo":"n"}',
        '{"prioridade":"BAIXA"}',
        '{"orcamento_aprovado_em":"2026-03-02T08:00:00Z","orcamento_id":"b"}',
        '{"execucao_id":"e"}',
    ]
