"""Experiments, each a function over one seeded trial that breaks something; `CATALOGUE` names them
all."""

from collections.abc import Mapping

from tests.faults.experiments import clocks, crashes, deliveries, disks, outages, plans, races
from tests.faults.instrumented import STEPS
from tests.faults.rigged_plans import COMMIT, HOLD
from tests.faults.trial import Experiment

CATALOGUE: Mapping[str, Experiment] = {
    **{f"worker killed after {step}": crashes.worker_dies_after(step) for step in STEPS},
    "worker killed every 2 s": crashes.worker_dies_again_and_again,
    "API killed in mid-request": crashes.api_dies,
    "consumer killed in mid-batch": crashes.consumer_dies,
    "rolling restarts": crashes.all_are_restarted,
    "Temporal killed": crashes.temporal_dies,
    "database down": outages.database_down,
    "database frozen": outages.database_frozen,
    "database slow (2 s)": outages.database_slow,
    "database drops connections": outages.database_breaks_off,
    "bus down": outages.bus_down,
    "bus throttled": outages.bus_throttled,
    "bus fails entries": outages.bus_fails_entries,
    "OS service down": outages.service_orders_down,
    "payments shuffled": deliveries.payments_shuffled,
    "slow start": deliveries.slow_start,
    "two APIs race": races.two_apis,
    "twenty at once": races.twenty_at_once,
    "one long life": races.one_long_life,
    "clocks apart": clocks.apart,
    "midnight": clocks.passing(clocks.MIDNIGHT),
    "summer time begins": clocks.passing(clocks.SUMMER_BEGINS),
    "summer time ends": clocks.passing(clocks.SUMMER_ENDS),
    "clocks set back": clocks.set_back,
    "database's disk full": disks.database_full,
    "Temporal's disk full": disks.temporal_full,
    "API killed after a hold": plans.api_dies_after(HOLD),
    "API killed after a commitment": plans.api_dies_after(COMMIT),
    "worker killed before a claim": plans.worker_dies_before_claims,
    "plans cross": plans.plans_cross,
    "agenda ended": plans.agenda_is_ended,
    "workers replaced under planners": plans.workers_are_replaced,
    "planners, clocks apart": clocks.planning_apart,
}
