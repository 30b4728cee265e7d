"""Geometry without files or parties: noding, faces, areas, distances and uncertainty."""
