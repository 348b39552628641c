"""Sessions held in a place: planned here, and who was there is marked here."""
