"""Layers and frames as files, one module per format."""
