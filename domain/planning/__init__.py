"""Plans of work on the agendas of technicians and bays; the API's alone, workflows know no zone."""
