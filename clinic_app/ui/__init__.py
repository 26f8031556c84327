"""All that is Qt: the window, its screens and the kit they are made of. It reaches the rest only through services."""
