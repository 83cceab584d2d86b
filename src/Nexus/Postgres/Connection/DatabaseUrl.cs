using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Reads a connection string: the URL that platforms provide, libpq's <c>host=… dbname=…</c>, or Npgsql's <c>Host=…;Database=…</c>.
/// Errors name the part that is wrong and never quote it, since a misplaced character may have put the password there.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class DatabaseUrl
{
    /// <summary>The setting that messages name.</summary>
    public const string Setting = nameof(NexusOptions.Database);

    /// <summary>The settings for the driver, with the rules for TLS applied (<see cref="TlsPolicy"/>).</summary>
    /// <param name="text">Any of the three forms.</param>
    /// <param name="notes">Gets a sentence for each option that was understood but has no effect here.</param>
    /// <exception cref="NexusConfigurationException">Names the setting and the invalid part.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string? text, ICollection<string>? notes = null) => Read(text, notes).Settings;

    /// <summary>
    /// The settings for the server itself: those of <see cref="PostgresOptions.DirectDatabase"/> or the option <c>listen</c>, if any.
    /// </summary>
    /// <exception cref="NexusConfigurationException">Names the setting and the invalid part.</exception>
    public static NpgsqlConnectionStringBuilder ParseDirect(PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Read(options, ConnectionUse.One).Settings;
    }

    /// <summary>
    /// The address for a use: reads and writes of the state may lead through a pooler, everything else goes to the server itself where its address is
    /// known.
    /// </summary>
    /// <exception cref="NexusConfigurationException">Names the setting and the invalid part.</exception>
    internal static DatabaseAddress Read(PostgresOptions options, ConnectionUse use, ICollection<string>? notes = null)
    {
        if (use == ConnectionUse.State) return Read(options.Database, notes);
        if (string.IsNullOrWhiteSpace(options.DirectDatabase)) return Read(options.Database, notes, isDirect: true);
        try
        {
            var address = Read(options.DirectDatabase, notes);
            return address.IsBehindPooler ? throw Error("must be the server's own address, not that of a pooler (pgbouncer=true)") : address;
        }
        catch (NexusConfigurationException error)
        {
            throw new NexusConfigurationException(nameof(NexusOptions.DirectDatabase), error.Message[(error.Setting.Length + 2)..]);
        }
    }

    /// <summary>The same, and whether <c>pgbouncer=true</c> says that there is a pooler in transaction mode in between.</summary>
    /// <param name="text">Any of the three forms.</param>
    /// <param name="notes">Gets a sentence for each option without effect.</param>
    /// <param name="isDirect">Whether the hosts that the option <c>listen</c> names, if any, are wanted in place of the pooler.</param>
    internal static DatabaseAddress Read(string? text, ICollection<string>? notes = null, bool isDirect = false)
    {
        notes ??= [];
        text = text?.Trim();
        if (string.IsNullOrEmpty(text)) throw Error("must not be empty");
        if (text.Contains('\0')) throw Error("must not contain a NUL character");
        var address =
            PostgresUrl.TryRead(text, out var fromUrl) ? LibpqOptions.ToBuilder(fromUrl, notes)
            : LibpqKeywords.TryRead(text, out var fromKeywords) ? LibpqOptions.ToBuilder(fromKeywords, notes)
            : ReadDriverForm(text);
        if (address.Listen is { } hosts)
            address = new DatabaseAddress(ListenTo(address.Settings, hosts, isDirect), address.IsBehindPooler && !isDirect);
        DriverKeywords.Check(address.Settings, notes);
        HostList.RefuseUnreachable(address.Settings);
        RequireWritableTarget(address.Settings, notes);
        TlsPolicy.Apply(address.Settings, notes);
        return address;
    }

    internal static NexusConfigurationException Error(string message) => new(Setting, message);

    /// <summary>Whether the text set this keyword itself, so that a default of ours must not replace it.</summary>
    internal static bool Sets(this NpgsqlConnectionStringBuilder builder, string keyword) =>
        builder.Keys.Contains(keyword, StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks the hosts that <c>listen</c> names, and puts them in place of the pooler's if they are wanted.</summary>
    private static NpgsqlConnectionStringBuilder ListenTo(NpgsqlConnectionStringBuilder pooled, string hosts, bool isWanted)
    {
        var direct = new NpgsqlConnectionStringBuilder(pooled.ConnectionString);
        HostList.SetDirect(direct, hosts);
        if (!isWanted) return pooled;
        foreach (var keyword in (string[])["Max Auto Prepare", "No Reset On Close"]) direct.Remove(keyword);
        return direct;
    }

    private static DatabaseAddress ReadDriverForm(string text)
    {
        var settings = new DbConnectionStringBuilder();
        try
        {
            settings.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw Error("is neither a postgres:// URL nor a list of key=value settings; a value that contains ; or = or quotes must itself be "
                + "quoted");
        }

        var builder = new NpgsqlConnectionStringBuilder();
        var isBehindPooler = false;
        string? listen = null;
        foreach (string keyword in settings.Keys)
        {
            if (keyword.Equals("pgbouncer", StringComparison.OrdinalIgnoreCase))
            {
                isBehindPooler = LibpqOptions.IsTrue(settings[keyword].ToString()!);
                continue;
            }
            if (keyword.Equals("listen", StringComparison.OrdinalIgnoreCase))
            {
                listen = settings[keyword].ToString();
                continue;
            }
            // A password with a bare semicolon spills into the keywords, so an unknown one is not quoted.
            if (!builder.ContainsKey(keyword)) throw Error("contains an unknown setting; a password that contains ; or = must be in quotes");
            try
            {
                builder[keyword] = settings[keyword];
            }
            catch (ArgumentException)
            {
                throw Error($"the setting '{keyword}' has an invalid value");
            }
        }
        if (string.IsNullOrWhiteSpace(builder.Host)) throw Error("does not name a host");
        if (isBehindPooler) LibpqOptions.SetBehindPooler(builder);
        return new DatabaseAddress(builder, isBehindPooler, listen);
    }

    /// <summary>
    /// Nexus writes, so several hosts mean: the one that takes writes. With one host the driver has no choice to make and refuses the
    /// setting; whether that host is writable is found out at start.
    /// </summary>
    private static void RequireWritableTarget(NpgsqlConnectionStringBuilder builder, ICollection<string> notes)
    {
        if (builder.TargetSessionAttributes is "standby" or "read-only")
            throw Error("target_session_attrs must let Nexus write: read-write, primary or any");
        if (builder.Host!.Contains(',', StringComparison.Ordinal))
        {
            builder.TargetSessionAttributes ??= "read-write";
        }
        else if (builder.TargetSessionAttributes is not null)
        {
            notes.Add("target_session_attrs has no effect with a single host");
            builder.TargetSessionAttributes = null;
        }
    }
}

/// <summary>Where the database is.</summary>
/// <param name="Settings">For the driver.</param>
/// <param name="IsBehindPooler">Whether each transaction may get another server connection.</param>
/// <param name="Listen">The server's own hosts, as the option <c>listen</c> names them; null for none.</param>
internal sealed record DatabaseAddress(NpgsqlConnectionStringBuilder Settings, bool IsBehindPooler, string? Listen = null)
{
    public void Deconstruct(out NpgsqlConnectionStringBuilder settings, out bool isBehindPooler) =>
        (settings, isBehindPooler) = (Settings, IsBehindPooler);
}
