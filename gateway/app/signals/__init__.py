"""Who tells us that an authorization is over: agreed on, asked, heard, and handed to the door."""
