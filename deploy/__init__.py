"""Deployment of the service to a machine: images, manifests, and `dev`, the embedded stack."""
