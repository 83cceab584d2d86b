using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Audit.Measuring;

/// <summary>A connection of the audit to a database that it does not trust.</summary>
internal sealed class AuditLogin : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    private AuditLogin(NpgsqlDataSource source, NpgsqlConnection connection) => (_source, Connection) = (source, connection);

    /// <summary>Open.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Logs in without sending a statement.</summary>
    /// <param name="database">PostgreSQL as a URL or in key=value form.</param>
    /// <param name="application">application_name.</param>
    /// <param name="commandTimeout">Seconds; 0 for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NexusConfigurationException">The URL is not usable.</exception>
    public static async Task<AuditLogin> OpenAsync(string database, string application, int commandTimeout, CancellationToken cancellationToken)
    {
        var settings = DatabaseUrl.Parse(database);
        settings.ApplicationName = application;
        settings.Pooling = false;
        settings.Enlist = false;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        settings.MaxAutoPrepare = 0;
        settings.CommandTimeout = commandTimeout;
        settings.CancellationTimeout = 2000;
        if (!settings.Sets("GSS Encryption Mode")) settings.GssEncryptionMode = GssEncryptionMode.Disable;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        // The driver would read the database's types by unqualified names before a search_path can be set; the database's owner may preset one where those names are views and functions of his own.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        var source = builder.Build();
        try
        {
            return new AuditLogin(source, await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }
}
