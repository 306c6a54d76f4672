"""Takes workflows up again that were ended before their work was over."""
