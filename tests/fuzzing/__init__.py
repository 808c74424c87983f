"""Foreign bytes, made up by the thousand: whatever comes, a parser answers or refuses, and nothing else."""
