"""The published contract: OpenAPI 3.1 of the protocol and a JSON Schema per record type, generated from the code."""
