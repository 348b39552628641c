"""Questions of members, with how many have them too, and the answers."""
