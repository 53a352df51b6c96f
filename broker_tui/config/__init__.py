"""Settings that hold nothing personal and are known before the caseload is open: look and keys."""
