"""What presence is made of beside the stretches: breaks, checks, and why somebody is away."""
