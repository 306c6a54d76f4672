"""A FastAPI application that asks the database what our reads ask of it, and nothing else.

`python -m tests.benchmarks.bare_api`: listens on `PORT`, with the server, the event loop and the
driver that the API has.
"""

import os

import uvicorn
from fastapi import FastAPI
from pydantic_core import to_json
from starlette.responses import Response

from activities.mongo.client import mongo_client

TIMEOUT_MS = 2_500


def create_app() -> FastAPI:
    app = FastAPI()
    client = mongo_client(os.environ["MONGODB_URI"], TIMEOUT_MS)
    executions = client[os.environ["MONGODB_DATABASE"]]["executions"]

    @app.get("/executions/{id}")
    async def get(id: str) -> Response:
        return _json(await executions.find_one({"_id": id}))

    @app.get("/executions")
    async def find(limit: int) -> Response:
        newest = executions.find({}).sort([("createdAt", -1), ("executionId", -1)])
        return _json(await newest.limit(limit + 1).batch_size(limit + 1).to_list(None))

    return app


def _json(found: object) -> Response:
    return Response(to_json(found), media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(create_app(), host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
