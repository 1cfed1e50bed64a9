"""What is printed beside the weekly report: lists of those who take part, and certificates."""
