"""The services of the fila as its routes ask for them: async, for FastAPI runs other dependencies
in threads."""

from typing import Annotated

from fastapi import Depends, Request

from api.fila.next_item import NextItem
from api.fila.service import Fila


async def fila(request: Request) -> Fila:
    service: Fila = request.app.state.services.fila
    return service


async def next_item(request: Request) -> NextItem:
    service: NextItem = request.app.state.services.next_item
    return service


FilaService = Annotated[Fila, Depends(fila)]
NextItemService = Annotated[NextItem, Depends(next_item)]
