from sqlcipher3.dbapi2 import *  # noqa: F403 - the package does just this
