"""Histories that Temporal recorded of workflows under earlier builds, a folder for each recording:
the code must still decide as they did, or executions that are open would come to a halt.

`make histories` adds a folder. It is due when a path is added, and before a release whose workflows
decide something new. Older recordings stay for as long as an execution may be open that began under
them; what newer ones show in the same way may go.
"""
