using System.Globalization;
using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What Nexus does with each keyword of the driver in a connection string. A keyword that is in no list is refused.</summary>
internal static class DriverKeywords
{
    /// <summary>Taken over as they are.</summary>
    public static IReadOnlySet<string> Allowed { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Port", "Database", "Username", "Password", "Passfile", "Application Name", "Options",
        "SSL Mode", "SSL Negotiation", "SSL Certificate", "SSL Key", "SSL Password", "Root Certificate", "Check Certificate Revocation",
        "Channel Binding", "Require Auth",
        "GSS Encryption Mode", "Kerberos Service Name", "Include Realm",
        "Minimum Pool Size", "Maximum Pool Size", "Connection Idle Lifetime", "Connection Pruning Interval", "Connection Lifetime",
        "Timeout", "Command Timeout", "Cancellation Timeout", "Target Session Attributes", "Load Balance Hosts", "Host Recheck Seconds",
        "Keepalive", "TCP Keepalive", "TCP Keepalive Time", "TCP Keepalive Interval",
        "Read Buffer Size", "Write Buffer Size", "Socket Receive Buffer Size", "Socket Send Buffer Size",
        "Max Auto Prepare", "Auto Prepare Min Usages",
        // No sign of a pooler: it only saves the driver's reset, which Nexus does without anyhow.
        "No Reset On Close",
        // Must be the schema: PostgresDataSource.
        "Search Path",
    };

    /// <summary>Any other value than this one is refused, with the reason.</summary>
    public static IReadOnlyDictionary<string, (string Value, string Reason)> Fixed { get; } = new Dictionary<string, (string, string)>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["Multiplexing"] = ("False", "it supports neither LISTEN nor transactions of several commands; leave it out"),
        ["Write Coalescing Buffer Threshold Bytes"] = ("1000", "it belongs to Multiplexing; leave it out"),
        ["Pooling"] = ("True", "Nexus needs pooled connections; leave it out and set Maximum Pool Size"),
        ["Enlist"] = ("False", "a batch serves many callers and must not join the transaction scope of one; leave it out"),
        ["Timezone"] = ("UTC", "Nexus reads and writes instants in UTC; leave it out"),
        ["Client Encoding"] = ("UTF8", "Nexus reads and writes UTF-8; leave it out"),
        ["Encoding"] = ("UTF8", "Nexus reads and writes UTF-8; leave it out"),
        ["Array Nullability Mode"] = ("Never", "Nexus relies on this mode; leave it out"),
        ["Load Table Composites"] = ("False", "Nexus uses no composite types; leave it out"),
        ["Server Compatibility Mode"] = ("None", "Nexus needs PostgreSQL itself; leave it out"),
        ["Trust Server Certificate"] = ("False", "it has no effect; write sslmode=require to encrypt without verifying the server"),
        ["Internal Command Timeout"] = ("-1", "it has no effect; leave it out"),
    };

    /// <summary>
    /// Nexus sets these itself, because they would put stored values or the password into logs and errors; a value is noted and not used.
    /// </summary>
    public static IReadOnlySet<string> Overridden { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Persist Security Info", "Log Parameters", "Include Error Detail", "Include Failed Batched Command",
    };

    /// <exception cref="NexusConfigurationException">Names the keyword and the remedy.</exception>
    public static void Check(NpgsqlConnectionStringBuilder builder, ICollection<string> notes)
    {
        foreach (var keyword in builder.Keys)
        {
            if (Allowed.Contains(keyword)) continue;
            var value = Convert.ToString(builder[keyword], CultureInfo.InvariantCulture) ?? "";
            if (Overridden.Contains(keyword)) notes.Add($"the option {keyword} has no effect: Nexus sets it itself");
            else if (!Fixed.TryGetValue(keyword, out var rule)) throw DatabaseUrl.Error($"the option {keyword} is not supported");
            else if (!value.Replace("-", "", StringComparison.Ordinal)
                .Equals(rule.Value.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
                throw DatabaseUrl.Error($"the option {keyword} must be {rule.Value}: {rule.Reason}");
        }
    }
}
