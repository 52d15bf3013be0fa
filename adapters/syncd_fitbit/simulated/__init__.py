"""What the simulator knows of the protocol: questions, answers, refusals, the hour's limit."""
