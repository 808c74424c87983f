"""Everything durable: tables, transactions, named queries. Calendars' words come here sealed."""
