"""The journal and merge engine: operations, clocks, heads. It knows no case, no law and no Qt."""
