"""Records, protocol, merge and engine that laptop and hub share; knows nothing of the app."""
