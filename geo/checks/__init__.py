"""Checks: layers against their rules, published figures, built files."""
