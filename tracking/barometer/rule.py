"""The rule's version, printed under every figure. A change of rule restates visibly: raise the number."""

RULE_VERSION = 1
