"""The table of aggregates: one row each."""

from tests.every_aggregate.bays import BAYS
from tests.every_aggregate.executions import EXECUTIONS
from tests.every_aggregate.queue_items import QUEUE_ITEMS
from tests.every_aggregate.technicians import TECHNICIANS

OVER_HTTP = (EXECUTIONS, QUEUE_ITEMS)
KINDS = (*OVER_HTTP, TECHNICIANS, BAYS)
