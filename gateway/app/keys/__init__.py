"""What keys are wrapped by: opened, made, renewed, copied."""
