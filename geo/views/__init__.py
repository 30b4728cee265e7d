"""Interactive maps, figures and charts, with their colours and texts."""
