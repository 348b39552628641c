"""Every page of the classroom, on one afternoon of the demo company: a package, one demo."""
