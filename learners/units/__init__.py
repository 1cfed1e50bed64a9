"""Units over time: the tree of a day, who worked where, and reorganisations with dates."""
