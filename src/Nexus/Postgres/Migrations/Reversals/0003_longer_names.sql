SELECT 'programs from before it cannot read the API keys and sealed values that are stored now: restore a backup of that time';
