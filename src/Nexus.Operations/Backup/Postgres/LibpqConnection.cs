using System.Globalization;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// How PostgreSQL's programs connect to the server that the driver is connected to. Everything is passed in variables of the child, and the
/// password only
/// there: command lines are visible to every user of the machine.
/// </summary>
internal static class LibpqConnection
{
    private const string ApplicationName = "nexus backup";

    /// <summary>
    /// What a role or a database may carry by <c>ALTER … SET</c> and would stop the programs, as in the sessions of the driver: another role has
    /// other privileges, and the programs lift time limits only after their first statements.
    /// </summary>
    private const string Options = "-c role=none -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 "
        + "-c idle_session_timeout=0 -c default_transaction_read_only=off -c exit_on_error=off -c client_min_messages=warning";

    /// <summary>Where systems keep the certificates of public authorities.</summary>
    internal static readonly string[] SystemRoots =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

    /// <summary>The variables.</summary>
    /// <param name="settings">The settings of the driver.</param>
    /// <param name="host">The host that was reached: a snapshot is valid on that server only.</param>
    /// <param name="port">Its port.</param>
    /// <param name="database">The database.</param>
    /// <param name="environment">Reads a variable of this process; null for <see cref="Environment.GetEnvironmentVariable(string)"/>.</param>
    public static Dictionary<string, string> Variables(
        NpgsqlConnectionStringBuilder settings, string host, int port, string database, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (!string.IsNullOrEmpty(settings.SslPassword))
        {
            throw new BackupException(
                BackupErrorKind.Configuration,
                "the database's address sets sslpassword, which cannot be passed to pg_dump safely: use a client key without a password, "
                    + "readable by its owner only");
        }
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = host,
            ["PGPORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["PGDATABASE"] = database,
            ["PGAPPNAME"] = ApplicationName,
            ["PGCLIENTENCODING"] = "UTF8",
            ["PGOPTIONS"] = Options,
            ["PGGSSENCMODE"] = settings.GssEncryptionMode == GssEncryptionMode.Require ? "require" : "disable",
            ["PGSSLMODE"] = settings.SslMode switch
            {
                SslMode.Disable => "disable",
                SslMode.Allow => "allow",
                SslMode.Prefer => "prefer",
                SslMode.Require => "require",
                SslMode.VerifyCA => "verify-ca",
                _ => "verify-full",
            },
        };
        // Where the address leaves them out, the driver takes the same variables and then the user's password file, as libpq does.
        Add("PGUSER", settings.Username ?? environment("PGUSER") ?? Environment.UserName);
        Add("PGPASSWORD", settings.Password ?? environment("PGPASSWORD"));
        Add("PGPASSFILE", settings.Passfile ?? environment("PGPASSFILE"));
        Add("PGSSLCERT", settings.SslCertificate ?? environment("PGSSLCERT"));
        Add("PGSSLKEY", settings.SslKey ?? environment("PGSSLKEY"));
        // Known to libpq 17 and newer; older versions ignore it.
        if (settings.SslNegotiation == SslNegotiation.Direct) variables["PGSSLNEGOTIATION"] = "direct";
        Add("PGKRBSRVNAME", settings.KerberosServiceName);
        Add("PGREQUIREAUTH", RequireAuth(settings.RequireAuth));
        if (settings.ChannelBinding == ChannelBinding.Require) variables["PGCHANNELBINDING"] = "require";
        // Without a file of authorities libpq before version 16 looks into the user's folder only; the driver then uses those of the system.
        var isVerified = settings.SslMode is SslMode.VerifyCA or SslMode.VerifyFull;
        Add("PGSSLROOTCERT", settings.RootCertificate ?? (isVerified ? Roots() : null));
        return variables;

        string? Roots() => environment("PGSSLROOTCERT") is { Length: > 0 } named ? named
            : environment("HOME") is { Length: > 0 } home && File.Exists(Path.Combine(home, ".postgresql", "root.crt"))
                ? null : Array.Find(SystemRoots, File.Exists);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) variables[name] = value;
        }
    }

    /// <summary>A name that the programs must not take for a connection string.</summary>
    public static string Named(string database) =>
        $"dbname='{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>Known to libpq 16 and newer; older versions ignore it.</summary>
    private static string? RequireAuth(string? driver) => driver is null ? null : string.Join(
        ',', driver.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(method => method switch
        {
            "ScramSHA256" => "scram-sha-256",
            _ => method.ToLowerInvariant(),
        }));
}
