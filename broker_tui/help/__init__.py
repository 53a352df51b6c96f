"""What help says beside the keys."""
