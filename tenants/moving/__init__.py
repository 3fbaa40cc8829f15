"""Moving a bureau's rows between databases: gates, copy, comparison, removal. `services` leads the steps."""
