"""The same verbs without a window: a contract for scripts and for people at a terminal.

Exit status 0, or 2 with one clear line on standard error when the input is bad or the world gets
in the way; 1 with one line when the fault is ours. Never a traceback.
"""
