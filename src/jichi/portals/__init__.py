"""Shells that show what the manifests announce."""
