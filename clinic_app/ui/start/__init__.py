"""The first screen: make a clinic, open it, or get back in with the recovery key."""
