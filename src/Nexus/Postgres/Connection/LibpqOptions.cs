using System.Globalization;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// What each option of a connection URL means to the driver: libpq's, and those that other drivers made common. An option that would
/// change security or meaning and has no counterpart is refused by name; one that tunes another driver is noted.
/// </summary>
internal sealed class LibpqOptions
{
    private static readonly HashSet<string> Libpq = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "hostaddr", "port", "dbname", "user", "password", "passfile", "require_auth", "channel_binding", "connect_timeout", "client_encoding",
        "options", "application_name", "fallback_application_name", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", "replication", "gssencmode", "sslmode", "requiressl", "sslnegotiation", "sslcompression", "sslcert", "sslkey",
        "sslpassword",
        "sslcertmode", "sslrootcert", "sslcrl", "sslcrldir", "sslsni", "requirepeer", "ssl_min_protocol_version", "ssl_max_protocol_version",
        "krbsrvname", "gsslib", "gssdelegation", "service", "servicefile", "target_session_attrs", "load_balance_hosts",
    };

    /// <summary>A password that stands before the host and so cannot have spilled into the options.</summary>
    public const string PasswordOfUser = "user:password";

    /// <summary>The options may hold pieces of a password: none is named.</summary>
    public const string NamesMayBePassword = "\0";

    private readonly NpgsqlConnectionStringBuilder _builder = new();
    private readonly ICollection<string> _notes;
    private string _hosts = "";
    private string _ports = "";
    private bool _hidesNames;
    private bool _trustsSystem;
    private bool _isBehindPooler;
    private string? _listen;

    private LibpqOptions(ICollection<string> notes) => _notes = notes;

    public static bool IsLibpq(string name) => Libpq.Contains(name);

    /// <summary>Later options win over earlier ones, as in libpq.</summary>
    public static DatabaseAddress ToBuilder(IReadOnlyList<KeyValuePair<string, string>> options, ICollection<string> notes)
    {
        var reader = new LibpqOptions(notes);
        for (var i = 0; i < options.Count; i++)
        {
            try
            {
                reader.Apply(options[i].Key.ToLowerInvariant(), options[i].Value);
            }
            catch (ArgumentException)
            {
                throw DatabaseUrl.Error($"the option {options[i].Key} has an invalid value");
            }
        }
        HostList.Set(reader._builder, reader._hosts, reader._ports);
        // Anybody can have a certificate that the system trusts; libpq too accepts this value only with the host's name checked.
        if (reader._trustsSystem) reader._builder.SslMode = SslMode.VerifyFull;
        return new DatabaseAddress(reader._builder, reader._isBehindPooler, reader._listen);
    }

    /// <summary>Nothing prepared and no reset between transactions, which each get another server connection.</summary>
    public static void SetBehindPooler(NpgsqlConnectionStringBuilder builder) => (builder.MaxAutoPrepare, builder.NoResetOnClose) = (0, true);

    private void Apply(string name, string value)
    {
        switch (name)
        {
            case "host": _hosts = value; break;
            case "hostaddr": _hosts = _hosts.Length == 0 ? value : throw Refused(name, "cannot be given together with a host"); break;
            case "port": _ports = value; break;
            case "dbname": _builder.Database = value; break;
            case "user": _builder.Username = value; break;
            case PasswordOfUser: _builder.Password = value; break;
            case NamesMayBePassword: _hidesNames = true; break;
            // An unencoded & in a password that stands among the options makes names of its pieces.
            case "password": _builder.Password = value; _hidesNames = true; break;
            case "passfile": _builder.Passfile = value; break;
            case "application_name" or "applicationname": _builder.ApplicationName = value; break;
            case "fallback_application_name": _builder.ApplicationName ??= value; break;
            case "options": _builder.Options = value; break;
            case "require_auth": _builder.RequireAuth = MethodsOf(name, value); break;
            case "channel_binding": _builder.ChannelBinding = OneOf<ChannelBinding>(name, value); break;
            case "gssencmode": _builder.GssEncryptionMode = OneOf<GssEncryptionMode>(name, value); break;
            case "krbsrvname": _builder.KerberosServiceName = value; break;
            case "target_session_attrs" or "targetservertype": _builder.TargetSessionAttributes = value; break;
            case "load_balance_hosts": _builder.LoadBalanceHosts = value.Equals("random", StringComparison.OrdinalIgnoreCase); break;
            case "schema" or "currentschema" or "search_path": _builder.SearchPath = value; break;
            default:
                if (!ApplyTls(name, value) && !ApplyLimit(name, value) && !ApplyForeign(name, value)) ApplyDriver(name, value);
                break;
        }
    }

    private bool ApplyTls(string name, string value)
    {
        switch (name)
        {
            case "sslmode": _builder.SslMode = ModeOf(name, value); break;
            // To libpq the first means sslmode=require; other drivers check the certificate with the second.
            case "requiressl" when IsTrue(value): if (_builder.SslMode < SslMode.Require) _builder.SslMode = SslMode.Require; break;
            case "ssl" when IsTrue(value): if (!_builder.Sets("SSL Mode")) _builder.SslMode = SslMode.VerifyFull; break;
            case "requiressl" or "ssl" when IsFalse(value): Note(name, "has no effect; write sslmode=disable to connect without TLS"); break;
            case "ssl": return ApplyTls("sslmode", value);
            case "sslnegotiation": _builder.SslNegotiation = OneOf<SslNegotiation>(name, value); break;
            case "sslrootcert" when value == "system": _trustsSystem = true; break;
            case "sslrootcert": _builder.RootCertificate = value; break;
            case "sslcert": _builder.SslCertificate = value; break;
            case "sslkey": _builder.SslKey = value; break;
            case "sslpassword": _builder.SslPassword = value; _hidesNames = true; break;
            case "sslaccept": _builder.SslMode = value == "strict" ? SslMode.VerifyFull : SslMode.Require; break;
            case "uselibpqcompat": break;
            case "sslcompression" when IsFalse(value): break;
            case "sslsni" when IsTrue(value): break;
            case "sslcertmode" when value == "allow": break;
            case "ssl_min_protocol_version" when value is "TLSv1.2" or "TLSv1.1" or "TLSv1": break;
            case "sslcrl" or "sslcrldir": throw Refused(name, "is not supported: the driver reads no revocation lists from files");
            case "sslcompression" or "sslsni" or "sslcertmode" or "ssl_min_protocol_version" or "ssl_max_protocol_version" or "requirepeer"
                or "sslidentity":
                throw Refused(name, "is not supported with this value");
            default: return false;
        }
        return true;
    }

    private bool ApplyLimit(string name, string value)
    {
        switch (name)
        {
            // 0 means for ever to libpq; a wait without end is never wanted here, so the default stays.
            case "connect_timeout" or "connecttimeout" or "logintimeout" or "pool_timeout":
                if (Number(name, value, -1) is > 0 and var wait) _builder.Timeout = Math.Min(wait, 1024);
                break;
            case "socket_timeout" or "sockettimeout" or "command_timeout":
                if (Number(name, value, 0) is > 0 and var seconds) _builder.CommandTimeout = seconds;
                break;
            case "connection_limit" or "pool_size" or "max_pool_size" or "pool_max_conns" or "pool":
                _builder.MaxPoolSize = Math.Max(1, Number(name, value, 0));
                break;
            case "min_pool_size" or "pool_min_conns": _builder.MinPoolSize = Number(name, value, 0); break;
            case "keepalives" or "tcpkeepalive": _builder.TcpKeepAlive = IsTrue(value); break;
            case "keepalives_idle": _builder.TcpKeepAliveTime = Number(name, value, 0); break;
            case "keepalives_interval": _builder.TcpKeepAliveInterval = Number(name, value, 0); break;
            default: return false;
        }
        return true;
    }

    private bool ApplyForeign(string name, string value)
    {
        switch (name)
        {
            case "pgbouncer" when IsTrue(value):
                SetBehindPooler(_builder);
                _isBehindPooler = true;
                break;
            case "pgbouncer": _isBehindPooler = false; break;
            case "listen": _listen = value; break;
            case "statement_cache_size" or "prepared_statement_cache_size" or "statement_cache_capacity":
                _builder.MaxAutoPrepare = Number(name, value, 0);
                break;
            case "preparethreshold" when Number(name, value, 0) == 0: _builder.MaxAutoPrepare = 0; break;
            case "preparethreshold": _builder.AutoPrepareMinUsages = Number(name, value, 1); break;
            case "prepared_statements" when IsFalse(value): _builder.MaxAutoPrepare = 0; break;
            case "client_encoding" or "charset" or "encoding" when value.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() is "utf8"
                or "unicode" or "auto":
                break;
            case "client_encoding" or "charset" or "encoding": throw Refused(name, "must be UTF8");
            case "replication" when IsFalse(value): break;
            case "replication": throw Refused(name, "is not supported: Nexus needs an ordinary connection");
            case "service" or "servicefile": throw Refused(name, "is not supported: give the settings of the service instead");
            case "gssdelegation" or "gsslib": throw Refused(name, "is not supported");
            case "keepalives_count" or "tcp_user_timeout" or "supa" or "statement_cache_mode" or "statement_cache" or "prepared_statements"
                or "default_query_exec_mode" or "pool_recycle" or "pool_pre_ping" or "max_overflow" or "conn_max_age" or "reaping_frequency"
                    or "retries"
                or "max_idle_connection_lifetime" or "pool_max_conn_lifetime" or "pool_max_conn_idle_time" or "pool_health_check_period"
                    or "encoding_errors":
                Note(name, "is for another driver and has no effect");
                break;
            default: return false;
        }
        return true;
    }

    /// <summary>Npgsql's own keywords are understood in a URL too, such as <c>Maximum%20Pool%20Size</c>.</summary>
    private void ApplyDriver(string name, string value)
    {
        if (_builder.ContainsKey(name)) _builder[name] = value;
        else if (_hidesNames) throw DatabaseUrl.Error("contains an unknown option; an & in the password must be written %26");
        else throw Refused(name.Length <= 40 ? name : name[..40], "is not known");
    }

    private void Note(string name, string text) => _notes.Add($"the option {name} {text}");

    private static NexusConfigurationException Refused(string name, string why) => DatabaseUrl.Error($"the option {name} {why}");

    private static int Number(string name, string value, int min) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min
            ? number
            : throw Refused(name, $"must be a whole number of at least {min}");

    private static T OneOf<T>(string name, string value)
        where T : struct, Enum =>
        Enum.TryParse<T>(value, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) && !char.IsAsciiDigit(value[0])
            ? parsed
            : throw Refused(name, $"must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    private static SslMode ModeOf(string name, string value) => value.ToLowerInvariant() switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        "no-verify" =>
            throw Refused(name, "no-verify belongs to another driver: write sslmode=verify-full with sslrootcert=the server's certificate authority, "
                + "or sslmode=require to encrypt without verifying the server"),
        _ => throw Refused(name, "must be disable, allow, prefer, require, verify-ca or verify-full"),
    };

    private static string MethodsOf(string name, string value) =>
        string.Join(',', value.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries).Select(method =>
        (method.StartsWith('!') ? "!" : "") + method.TrimStart('!') switch
        {
            "password" => "Password",
            "md5" => "MD5",
            "gss" => "GSS",
            "sspi" => "SSPI",
            "scram-sha-256" => "ScramSHA256",
            "none" => "None",
            _ => throw Refused(name, "must list password, md5, gss, sspi, scram-sha-256 or none"),
        }));

    internal static bool IsTrue(string value) => value.ToLowerInvariant() is "1" or "true" or "on" or "yes";

    private static bool IsFalse(string value) => value.ToLowerInvariant() is "0" or "false" or "off" or "no";
}
