"""The pages of figures, one module each: what they ask for, and what they tell."""
