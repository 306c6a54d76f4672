"""The rules of bays as the contract prints them, copied by hand and never derived from the code."""

STATUSES = ("ACTIVE", "INACTIVE")
ACTIONS = ("change", "add_closure", "remove_closure", "deactivate", "reactivate")
LEADS = {
    ("ACTIVE", "change"): "ACTIVE",
    ("ACTIVE", "add_closure"): "ACTIVE",
    ("ACTIVE", "remove_closure"): "ACTIVE",
    ("ACTIVE", "deactivate"): "INACTIVE",
    ("INACTIVE", "reactivate"): "ACTIVE",
}
TELLS = {
    "change": "BayChanged",
    "add_closure": "BayClosed",
    "remove_closure": "BayOpened",
    "deactivate": "BayDeactivated",
    "reactivate": "BayReactivated",
}
