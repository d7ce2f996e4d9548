"""How the tables of the state came to be, one step per version; `sync.state.database` applies what is missing."""
