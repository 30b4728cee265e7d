"""Layers and frames as files, a module for each format."""
