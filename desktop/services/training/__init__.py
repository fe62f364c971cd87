"""What a clerk does in training: plan, enrol, print sheets, enter absence and scores, issue certificates."""
