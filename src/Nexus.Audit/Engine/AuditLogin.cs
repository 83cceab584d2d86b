using System.Net;
using Npgsql;

namespace Nexus.Audit;

/// <summary>A connection of the audit to a database that it does not trust.</summary>
internal sealed class AuditLogin : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    private AuditLogin(NpgsqlDataSource source, NpgsqlConnection connection) => (_source, Connection) = (source, connection);

    /// <summary>Open.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Logs in without sending a statement.</summary>
    /// <param name="connectionString">As of <see cref="AuditOptions.ConnectionString"/>.</param>
    /// <param name="application">application_name.</param>
    /// <param name="commandTimeout">Seconds; 0 for none.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AuditException">The connection string is not usable.</exception>
    public static async Task<AuditLogin> OpenAsync(string connectionString, string application, int commandTimeout,
        CancellationToken cancellationToken)
    {
        var source = BuildSource(connectionString, application, commandTimeout);
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

    /// <summary>The settings of the connection: what a hostile server could use is off.</summary>
    internal static NpgsqlConnectionStringBuilder ReadSettings(string connectionString, string application, int commandTimeout)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = application,
            Pooling = false,
            Enlist = false,
            IncludeErrorDetail = false,
            PersistSecurityInfo = false,
            MaxAutoPrepare = 0,
            CommandTimeout = commandTimeout,
            CancellationTimeout = 2000,
        };
        if (!settings.Keys.Contains("GSS Encryption Mode", StringComparer.OrdinalIgnoreCase)) settings.GssEncryptionMode = GssEncryptionMode.Disable;
        RefuseDowngrade(settings);
        return settings;
    }

    private static NpgsqlDataSource BuildSource(string connectionString, string application, int commandTimeout)
    {
        try
        {
            var builder = new NpgsqlDataSourceBuilder(ReadSettings(connectionString, application, commandTimeout).ConnectionString);
            // The driver would read the database's types by unqualified names before a search_path can be set; the database's owner may preset one
            // where those names are views and functions of his own.
            builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
            return builder.Build();
        }
        catch (ArgumentException)
        {
            // The driver's message may quote what is at fault, and a misplaced character may have put the password there.
            throw new AuditException(
                AuditErrorKind.ConnectionRefused, "is not a connection string of Npgsql with a host", nameof(AuditOptions.ConnectionString));
        }
    }

    /// <summary>
    /// Allow and Prefer let the other side decide whether there is TLS, and any host may ask for the password in the clear: a remote one gets
    /// neither.
    /// </summary>
    private static void RefuseDowngrade(NpgsqlConnectionStringBuilder settings)
    {
        if ((settings.Host ?? "").Split(',', StringSplitOptions.TrimEntries).All(IsLocal)) return;
        if (settings.SslMode is SslMode.Allow or SslMode.Prefer) settings.SslMode = SslMode.VerifyFull;
        if (string.IsNullOrEmpty(settings.RequireAuth)) settings.RequireAuth = string.IsNullOrEmpty(settings.SslCertificate)
            ? "ScramSHA256" : "ScramSHA256,None";
    }

    /// <summary>A socket or a loopback address, with or without a port. Other names are not resolved.</summary>
    private static bool IsLocal(string host)
    {
        if (host.StartsWith('/') || host.StartsWith('@')) return true;
        var name = IPEndPoint.TryParse(host, out var endPoint) ? endPoint.Address.ToString() : host.Split(':')[0];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
