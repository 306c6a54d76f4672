"""How the service is put on a machine: images, manifests, and `dev`, the embedded stack."""
