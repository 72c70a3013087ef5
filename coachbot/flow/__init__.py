"""The flow: what is asked next, and what an answer does. Pure, and the lowest room of the house."""
