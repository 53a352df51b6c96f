"""Values, clock and computed views over records; pure, no input or output."""
