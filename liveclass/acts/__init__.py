"""What the staff of a class did to its people: written once, never changed."""
