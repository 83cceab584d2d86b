SELECT 'it made the tables of the state: export the records and import them into a new database, or restore a backup';
