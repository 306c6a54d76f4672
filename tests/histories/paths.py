"""All paths under the names of their recordings."""

from tests.histories.bays import BAYS
from tests.histories.executions import EXECUTIONS
from tests.histories.plans import PLANS
from tests.histories.queue_items import QUEUE_ITEMS
from tests.histories.technicians import TECHNICIANS

PATHS = {
    f"{kind}-{path.__name__.replace('_', '-')}": path
    for kind, paths in (
        ("execution", EXECUTIONS),
        ("queue-item", QUEUE_ITEMS),
        ("technician", TECHNICIANS),
        ("bay", BAYS),
        ("plan", PLANS),
    )
    for path in paths
}
