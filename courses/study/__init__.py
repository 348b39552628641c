"""What members see of courses: the catalogue, one course, its lessons."""
