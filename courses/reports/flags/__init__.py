"""What a human should look at: watching faster than time, papers too quick, papers alike."""
