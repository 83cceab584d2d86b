using Nexus;

namespace GettingStarted;

internal static class Opening
{
    public static async Task<NexusDb> OpenAsync(string folder)
    {
        #region open
        var options = new NexusOptions { DataFolder = folder };    // embedded: nothing else is needed
        var db = await NexusDb.OpenAsync(options);
        #endregion
        return db;
    }

    public static NexusOptions ForPostgres(string database, string keys)
    {
        #region open-postgres
        var options = new NexusOptions
        {
            Database = database,                     // postgres://user:password@host:5432/name?sslmode=verify-full
            Keys = keys,                             // created once with: nexus keys generate
            Fallback = Nexus.Failover.FallbackMode.ReadOnly,
        };
        options.ReadEnvironment();                   // optional: DATABASE_URL, NEXUS_KEYS and others override these values
        #endregion
        return options;
    }
}
