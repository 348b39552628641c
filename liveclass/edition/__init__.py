"""What those who run a class make of it afterwards: its lesson, and what its replay shows."""
