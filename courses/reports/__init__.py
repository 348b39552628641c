"""What unit admins see of the learning below them: figures that are kept, people, exports."""
