"""The rules of technicians as the contract prints them, copied by hand and never derived from the
code."""

STATUSES = ("ACTIVE", "INACTIVE")
ACTIONS = (
    "change",
    "set_shifts",
    "set_day",
    "clear_day",
    "add_time_off",
    "remove_time_off",
    "deactivate",
    "reactivate",
)
LEADS = {
    ("ACTIVE", "change"): "ACTIVE",
    ("ACTIVE", "set_shifts"): "ACTIVE",
    ("ACTIVE", "set_day"): "ACTIVE",
    ("ACTIVE", "clear_day"): "ACTIVE",
    ("ACTIVE", "add_time_off"): "ACTIVE",
    ("ACTIVE", "remove_time_off"): "ACTIVE",
    ("ACTIVE", "deactivate"): "INACTIVE",
    ("INACTIVE", "reactivate"): "ACTIVE",
}
TELLS = {
    "change": "TechnicianChanged",
    "set_shifts": "ShiftsChanged",
    "set_day": "ShiftsChanged",
    "clear_day": "ShiftsChanged",
    "add_time_off": "TimeOffAdded",
    "remove_time_off": "TimeOffRemoved",
    "deactivate": "TechnicianDeactivated",
    "reactivate": "TechnicianReactivated",
}
SHIFT_ACTIONS = {"set_shifts", "set_day", "clear_day"}
"""Actions that change the working time, and so its revision."""
