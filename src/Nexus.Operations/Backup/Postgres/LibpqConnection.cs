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

    private static readonly string[] SystemRoots =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

    /// <summary>The variables.</summary>
    /// <param name="settings">The settings of the driver.</param>
    /// <param name="host">The host that was reached: a snapshot is valid on that server only.</param>
    /// <param name="port">Its port.</param>
    /// <param name="database">The database.</param>
    public static Dictionary<string, string> Variables(NpgsqlConnectionStringBuilder settings, string host, int port, string database)
    {
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
        Add("PGUSER", settings.Username ?? Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName);
        Add("PGPASSWORD", settings.Password ?? Environment.GetEnvironmentVariable("PGPASSWORD"));
        Add("PGPASSFILE", settings.Passfile ?? Environment.GetEnvironmentVariable("PGPASSFILE"));
        Add("PGSSLCERT", settings.SslCertificate);
        Add("PGSSLKEY", settings.SslKey);
        Add("PGKRBSRVNAME", settings.KerberosServiceName);
        Add("PGREQUIREAUTH", RequireAuth(settings.RequireAuth));
        if (settings.ChannelBinding == ChannelBinding.Require) variables["PGCHANNELBINDING"] = "require";
        // Without a file of authorities libpq before version 16 looks into the user's folder only; the driver uses those of the system.
        var isVerified = settings.SslMode is SslMode.VerifyCA or SslMode.VerifyFull;
        Add("PGSSLROOTCERT", settings.RootCertificate ?? (isVerified ? Array.Find(SystemRoots, File.Exists) : null));
        return variables;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) variables[name] = value;
        }
    }

    /// <summary>Known to libpq 16 and newer; older versions ignore it.</summary>
    private static string? RequireAuth(string? driver) => driver is null ? null : string.Join(
        ',', driver.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(method => method switch
        {
            "ScramSHA256" => "scram-sha-256",
            _ => method.ToLowerInvariant(),
        }));
}
