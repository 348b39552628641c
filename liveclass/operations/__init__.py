"""What an operator asks of an installation: is it well, and how much does it bear?"""
