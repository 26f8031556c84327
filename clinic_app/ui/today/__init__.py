"""What needs you today."""
