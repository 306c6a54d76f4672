"""What every aggregate is made of: state, commands, a status flow, events, refusals."""
