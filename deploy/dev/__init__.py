"""The embedded stack: the whole service and all it needs, as processes of one machine.

One launcher for `make run`, `make demo`, the stack tests, the fault tests and the benchmarks:

    with Stack(folder, Ports.free()) as stack:
        httpx.get(f"{stack.api_url}/health/ready")
"""
