"""What the staff of a class may do to its chat: set its pace, take somebody's writing away."""
