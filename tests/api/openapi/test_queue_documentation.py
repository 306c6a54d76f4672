"""The OpenAPI document's promises to the fila's clients."""

import re

from api.http.statuses import status_of
from api.openapi import responses as promised
from tests.api.answers import FILA
from tests.api.fila.fila import FIELDS, NOT_TOLD, english_in
from tests.api.openapi.document import Document, operations, parameters, resolved, responses

REFUSED, CHANGES = {404, 409}, {202, 404, 409, 412, 415}
OPERATIONS = {
    ("post", ""): {201, 409, 415},
    ("get", ""): {200},
    ("post", "/proximo"): {200, 204, 415} | REFUSED,
    ("get", "/ordem-servico/{ordem_servico_id}"): {200, 304, 404},
    ("get", "/{fila_id}"): {200, 304, 404},
    ("delete", "/{fila_id}"): {202, 204, 404, 409, 412},
    ("get", "/{fila_id}/historico"): {200, 404},
    ("get", "/{fila_id}/explicacao"): {200, 404},
    ("post", "/{fila_id}/repetir-entrega"): {202, 404, 409},
    ("post", "/{fila_id}/iniciar-diagnostico"): {200} | CHANGES,
    ("post", "/{fila_id}/finalizar-diagnostico"): {200} | CHANGES,
    ("post", "/{fila_id}/iniciar-reparo"): {200} | CHANGES,
    ("post", "/{fila_id}/finalizar-reparo"): {200} | CHANGES,
    ("patch", "/{fila_id}/prioridade"): {200} | CHANGES,
}
"""Each with what it answers on success, and what it may refuse."""
EVERYWHERE = {int(status_of(kind)) for kind in (*promised.EVERYWHERE, *promised.SERVED)}
PROBLEM = "application/problem+json"
BODIES = {
    "": {"ordem_servico_id", "prioridade"},
    "/proximo": {"mecanico_responsavel_id", "etapa"},
    "/{fila_id}/iniciar-diagnostico": {"mecanico_responsavel_id"},
    "/{fila_id}/finalizar-diagnostico": {"diagnostico"},
    "/{fila_id}/iniciar-reparo": {"mecanico_responsavel_id"},
    "/{fila_id}/finalizar-reparo": {"observacoes_reparo"},
    "/{fila_id}/prioridade": {"prioridade"},
}
SHOWN = [
    *("QueueItemRepresentation", "Notices", "RefusedNotice", "QueueHistory", "QueueHistoryEntry"),
    *("QueueDeliveryHealth", "QueueExplanation", "QueuePendingActivity"),
]
REQUIRED = {
    "/{fila_id}/iniciar-reparo": False,
    "/{fila_id}/finalizar-reparo": False,
}
"""The bodies that may be missing."""
PORTUGUESE = re.compile(r"[ãçáéíóúâêô]|\b(o|a|os|as|um|de|da|do|na|por|que|item|fila)\b", re.I)


def _operations(document: Document) -> dict[tuple[str, str], Document]:
    return operations(document, under=FILA)


def _body(document: Document, operation: Document) -> Document:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return resolved(document, schema if "$ref" in schema else schema["allOf"][0])


def test_every_route_of_the_contract_is_there_and_no_other(document: Document) -> None:
    assert set(_operations(document)) == set(OPERATIONS)


def test_every_route_names_its_success_and_the_refusals_it_may_answer_with(
    document: Document,
) -> None:
    statuses = {
        place: set(responses(document, operation)) - EVERYWHERE
        for place, operation in _operations(document).items()
    }

    assert statuses == OPERATIONS


def test_every_route_is_described_in_portuguese(document: Document) -> None:
    for operation in _operations(document).values():
        for text in (operation["summary"], operation["description"], *operation["tags"]):
            assert PORTUGUESE.search(text), text
            assert not english_in(text), text


def test_every_parameter_is_described_in_portuguese(document: Document) -> None:
    for parameter in parameters(document, under=FILA):
        assert PORTUGUESE.search(parameter["description"]), parameter["description"]
        assert not english_in(parameter["description"], "strong", "refused", "If-Match")


def test_every_answer_is_described_in_portuguese(document: Document) -> None:
    said = {
        response["description"]
        for operation in _operations(document).values()
        for response in responses(document, operation).values()
    }

    phrases = {text.partition(":")[0] for text in said}
    assert "Não encontrado" in phrases
    assert not [text for text in phrases if english_in(text)]


def test_every_example_of_a_problem_is_in_portuguese(document: Document) -> None:
    examples = [
        example["value"]
        for operation in _operations(document).values()
        for response in responses(document, operation).values()
        for example in response.get("content", {}).get(PROBLEM, {}).get("examples", {}).values()
    ]

    assert examples
    for example in examples:
        assert not english_in(example["title"])
        assert not english_in(example["detail"]), example["detail"]


def test_the_item_has_the_contracts_fields_and_all_of_them_always(document: Document) -> None:
    schema = document["components"]["schemas"]["QueueItemRepresentation"]

    assert set(schema["properties"]) == FIELDS
    assert set(schema["required"]) == FIELDS


def test_what_the_os_service_has_heard_is_in_portuguese_too(document: Document) -> None:
    schemas = document["components"]["schemas"]

    assert set(schemas["Notices"]["properties"]) == set(NOT_TOLD)
    assert set(schemas["RefusedNotice"]["properties"]) == {"status", "motivo"}


def test_bodies_have_the_contracts_fields_and_may_be_missing_where_it_says_so(
    document: Document,
) -> None:
    operations = {
        path: operation
        for (_, path), operation in _operations(document).items()
        if "requestBody" in operation
    }

    fields = {path: set(_body(document, each)["properties"]) for path, each in operations.items()}
    required = {
        path: each["requestBody"].get("required", False) for path, each in operations.items()
    }
    assert fields == BODIES
    assert required == {path: REQUIRED.get(path, True) for path in BODIES}


def test_what_is_sent_and_shown_is_described_in_portuguese_or_not_at_all(
    document: Document,
) -> None:
    schemas = [
        *(
            _body(document, each)
            for each in _operations(document).values()
            if "requestBody" in each
        ),
        *(document["components"]["schemas"][name] for name in SHOWN),
    ]

    described = [schema["description"] for schema in schemas if "description" in schema]
    assert described
    assert not [text for text in described if english_in(text)]


def test_no_body_takes_unknown_fields(document: Document) -> None:
    bodies = [
        _body(document, operation)
        for operation in _operations(document).values()
        if "requestBody" in operation
    ]

    assert bodies
    assert all(body["additionalProperties"] is False for body in bodies)


def test_the_queries_are_those_of_the_contract(document: Document) -> None:
    names = {
        place: [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
        for place, operation in _operations(document).items()
    }

    assert {place: found for place, found in names.items() if found} == {
        ("get", ""): ["status", "limite", "cursor"],
        ("get", "/{fila_id}"): ["minVersion", "consistency"],
        ("get", "/{fila_id}/historico"): ["apos", "limite", "include"],
    }


def test_the_history_has_portuguese_names(document: Document) -> None:
    schemas = document["components"]["schemas"]

    history = {"fila_id", "historico", "proximo_apos", "recusadas"}
    assert set(schemas["QueueHistory"]["properties"]) == history
    entry = set(schemas["QueueHistoryEntry"]["properties"])
    assert entry >= {"sequencia", "tipo", "ocorrido_em", "acao", "de", "para", "detalhe"}
    assert not entry & {"sequence", "type", "command", "fromStatus", "toStatus", "detail"}


def test_the_bare_health_is_documented(document: Document) -> None:
    assert set(document["paths"]["/health"]) == {"get"}
