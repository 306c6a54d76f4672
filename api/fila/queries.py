"""Parâmetros das rotas da fila, como o documento da API os descreve."""

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BeforeValidator

from api.aggregates.queries import LARGEST_NUMBER
from domain.kernel import spelling
from domain.kernel.reading import blank_as, of_text

_AsWritten = BeforeValidator(of_text(lambda text: spelling.without_invisible(text).strip().lower()))

# Anything that is no item's id is an item that does not exist, and so is any order's number.
QueueItemId = Annotated[str, _AsWritten, Path(alias="fila_id", description="O id do item")]
OrderNumber = Annotated[
    str, _AsWritten, Path(alias="ordem_servico_id", description="O número da ordem de serviço")
]
MinVersion = Annotated[
    int | None,
    Query(
        alias="minVersion",
        ge=1,
        le=LARGEST_NUMBER,
        description="Espera até um segundo que esta versão apareça nas leituras",
    ),
    blank_as(None),
]
Consistency = Annotated[
    Literal["strong"] | None,
    Query(description="`strong`: como o próprio workflow o tem"),
    blank_as(None),
]
After = Annotated[
    int,
    Query(alias="apos", ge=0, le=LARGEST_NUMBER, description="Começa depois desta `sequencia`"),
    blank_as(0),
]
Limit = Annotated[
    int,
    Query(alias="limite", ge=1, le=500, description="Quantos registros no máximo"),
    blank_as(100),
]
Include = Annotated[
    Literal["refused"] | None,
    Query(description="`refused`: também o que não pôde ser feito"),
    blank_as(None),
]
