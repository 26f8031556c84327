"""The verbs of the screens and commands, one file a journey. They return frozen values and Changes."""
