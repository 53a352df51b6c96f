"""The screens: they read from services, draw with widgets and never touch storage, keys or the network."""
