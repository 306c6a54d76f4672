"""Parts of every aggregate: state, commands, a status flow, events, refusals."""
