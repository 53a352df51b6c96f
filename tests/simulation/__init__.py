"""Laptops and a hub in one process, with every fault a seed can draw; see `python -m tests.simulation --help`."""
