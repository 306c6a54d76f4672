"""Costs of verifying a token, held against a request that carries one."""

from tests.api.security.issuer import Issuer, trusted
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import median, timed
from tests.benchmarks.subjects import execution

ALGORITHMS = ("HS256", "RS256", "ES256")
TIMES = 500


async def measure(bench: Bench) -> None:
    path, http = f"/executions/{execution(bench).aggregate_id}", bench.http()
    requests: list[float] = []
    for _ in range(TIMES):
        with timed(requests):
            http.request("GET", path)
    costs = [f"{name} {await _verification(name):.3f} ms" for name in ALGORITHMS]
    bench.table.add(
        "verifying a token, against a GET by id without one, 1 client",
        f"{', '.join(costs)}, against {median(requests):.1f} ms",
    )


async def _verification(algorithm: str) -> float:
    issuer, taken = Issuer.of(algorithm), list[float]()
    token = issuer.token(roles=["mecanico"])
    async with trusted(issuer) as tokens:
        for _ in range(TIMES):
            with timed(taken):
                tokens.caller(token)
    return median(taken)
