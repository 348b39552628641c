"""Questions, quizzes, and what members answered."""
