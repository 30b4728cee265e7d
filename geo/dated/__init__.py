"""Anyone's dated polygons: from files and frames to who held how much on which date."""
