"""Pictures: interactive maps, figures and charts, with their colours and words."""
