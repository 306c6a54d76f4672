"""Lists, page by page, each served by an index or given up in time."""
