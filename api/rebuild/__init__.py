"""Takes stock of the read model, and regrows from the engine's records what is missing."""
