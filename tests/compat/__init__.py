"""What earlier versions sent and heard, recorded; every later version has to go on with it."""
