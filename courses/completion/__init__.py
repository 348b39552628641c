"""What a member has really watched, read and done, and when that completes a lesson or course."""
