"""Reading across entities: whatever is derived is computed here, never stored; first argument is a session."""
