"""Noding, faces, areas, distances and their uncertainty: plain geometry that knows no file and no party."""
