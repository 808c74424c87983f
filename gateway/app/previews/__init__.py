"""What would be asked for, kept and told of events, for whoever wants to see it beforehand."""
