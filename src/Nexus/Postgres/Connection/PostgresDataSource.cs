using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The one pool of a database.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static partial class PostgresDataSource
{
    /// <summary>The name under which the driver's metrics and traces report the pool.</summary>
    public const string Name = "nexus";

    private const int BufferSize = 32 * 1024;

    /// <summary>
    /// A pool with the limits of <paramref name="options"/>. What the connection string sets itself (a pool size, a timeout, a number of prepared
    /// statements) wins over the options' defaults.
    /// </summary>
    /// <param name="options">Where the database is, and limits.</param>
    /// <param name="loggerFactory">Where the driver logs.</param>
    /// <param name="name">The pool's name in metrics and traces.</param>
    /// <param name="use">What its connections are for.</param>
    /// <exception cref="NexusConfigurationException">The options or the connection string are invalid.</exception>
    public static NpgsqlDataSource Create(PostgresOptions options, ILoggerFactory? loggerFactory = null, string name = Name,
        ConnectionUse use = ConnectionUse.Sessions)
    {
        var settings = ReadSettings(options, loggerFactory, use, out var isBehindPooler);
        var builder = CreateBuilder(settings, options.Fence, isBehindPooler, loggerFactory, name);
        return HostNames.AreSeveral(settings) ? builder.BuildMultiHost() : builder.Build();
    }

    /// <summary>The same for each host alone, with what finds the primary among them.</summary>
    /// <param name="options">Where the database is, and limits.</param>
    /// <param name="loggerFactory">Where the driver logs.</param>
    /// <param name="name">The pool's name in metrics and traces.</param>
    /// <param name="use">What its connections are for.</param>
    /// <param name="find">Makes what finds the primary among several hosts.</param>
    internal static RoutedSource CreateRouted(PostgresOptions options, ILoggerFactory? loggerFactory, string name, ConnectionUse use,
        Func<NpgsqlConnectionStringBuilder, PrimaryHosts> find)
    {
        var settings = ReadSettings(options, loggerFactory, use, out var isBehindPooler);
        var isOneOfSeveral = HostNames.AreSeveral(settings);
        return new RoutedSource(
            least =>
            [
                .. HostNames.Split(least is { } fewer ? Resting(settings, fewer) : settings).Select(host =>
                    CreateBuilder(host, options.Fence, isBehindPooler, loggerFactory, name, isOneOfSeveral).Build()),
            ],
            isOneOfSeveral ? find(settings) : null, options.Fence);
    }

    private static NpgsqlConnectionStringBuilder Resting(NpgsqlConnectionStringBuilder settings, int least)
    {
        var resting = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { MinPoolSize = least };
        // In seconds; the driver's own is five minutes.
        if (!settings.Sets("Connection Idle Lifetime")) (resting.ConnectionIdleLifetime, resting.ConnectionPruningInterval) = (10, 5);
        return resting;
    }

    /// <summary>Connections that check one host: nothing is judged, and nothing is set.</summary>
    internal static NpgsqlDataSource CreateLooker(NpgsqlConnectionStringBuilder host)
    {
        var settings = new NpgsqlConnectionStringBuilder(host.ConnectionString);
        ApplyRulesOfOne(settings);
        settings.Timeout = (int)HostLooker.Limit.TotalSeconds;
        return NewBuilder(settings, $"{Name}-hosts").Build();
    }

    /// <summary>The pool for reads of a host while it is a standby.</summary>
    internal static NpgsqlDataSource CreateStandby(NpgsqlConnectionStringBuilder host, ILoggerFactory loggerFactory)
    {
        var settings = new NpgsqlConnectionStringBuilder(host.ConnectionString) { MinPoolSize = 0 };
        var builder = NewBuilder(settings, $"{Name}-standby");
        var unsent = TcpUserTimeout.For(settings);
        builder.UsePhysicalConnectionInitializer(SetLater, connection =>
        {
            if (unsent is { } limit) TcpUserTimeout.TrySet(connection, limit);
            return SetLaterAsync(connection);
        });
        builder.UseLoggerFactory(new DriverLoggerFactory(loggerFactory));
        return builder.Build();
    }

    /// <summary>The settings with which connections for a use are made.</summary>
    internal static NpgsqlConnectionStringBuilder ReadSettings(PostgresOptions options, ILoggerFactory? loggerFactory, ConnectionUse use,
        out bool isBehindPooler)
    {
        var notes = new List<string>();
        var (settings, isPooled) = DatabaseUrl.Read(options, use, notes);
        isBehindPooler = isPooled;
        if (loggerFactory?.CreateLogger(typeof(PostgresDataSource).FullName!) is { } logger)
        {
            foreach (var note in notes) LogNote(logger, note);
        }

        ApplyLimits(settings, options, use);
        ApplySchema(settings, options.Schema, use, isPooled);
        ApplyHouseRules(settings);
        if (use == ConnectionUse.OwnZone) settings.Timezone = null;
        if (use == ConnectionUse.State) settings.NoResetOnClose = true;
        if (use is ConnectionUse.One or ConnectionUse.OwnZone) ApplyRulesOfOne(settings);
        // A pooler in transaction mode refuses start-up options: ConnectionPool sets the same for each transaction.
        if (!isPooled)
            SessionSettings.Apply(settings, [new("plan_cache_mode", use == ConnectionUse.State ? "force_generic_plan" : "auto", "")],
                keepsZone: use == ConnectionUse.OwnZone);
        return settings;
    }

    /// <summary>
    /// The driver would read the database's types when a pool opens its first connection: by unqualified names, and behind a pooler with the search
    /// path, time limits and costs of the role or the database, before anything of Nexus is set. The types that Nexus uses are PostgreSQL's own.
    /// </summary>
    private static NpgsqlDataSourceBuilder NewBuilder(NpgsqlConnectionStringBuilder settings, string name) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.ConfigureTypeLoading(types => types.EnableTypeLoading(false));

    private static NpgsqlDataSourceBuilder CreateBuilder(NpgsqlConnectionStringBuilder settings, PrimaryFence fence, bool isBehindPooler,
        ILoggerFactory? loggerFactory, string name, bool isOneOfSeveral = false)
    {
        var builder = NewBuilder(settings, name);
        var unsent = TcpUserTimeout.For(settings);
        var logger = loggerFactory?.CreateLogger(typeof(PostgresDataSource).FullName!);
        builder.UsePhysicalConnectionInitializer(
            SetLater,
            async connection =>
            {
                if (unsent is { } limit && !TcpUserTimeout.TrySet(connection, limit))
                {
                    if (logger is not null) LogUnlimited(logger);
                    (unsent, logger) = (null, null);
                }
                if (!isBehindPooler) await SetLaterAsync(connection).ConfigureAwait(false);
                var epoch = fence.Epoch;
                var look = await ServerLook.ReadAsync(connection, CancellationToken.None).ConfigureAwait(false);
                var server = string.Create(CultureInfo.InvariantCulture, $"{connection.Host}:{connection.Port}");
                await HostRoute.AdmitAsync(fence, look, server, isOneOfSeveral).ConfigureAwait(false);
                ConnectionEpoch.Note(connection, epoch);
            });
        if (loggerFactory is not null) builder.UseLoggerFactory(new DriverLoggerFactory(loggerFactory));
        return builder;
    }

    /// <summary>
    /// Whether a pooler in transaction mode stands in between, as the connection string says: then a session's settings are not one caller's alone.
    /// </summary>
    public static bool IsBehindPooler(NpgsqlDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return !SessionSettings.AreIn(new NpgsqlConnectionStringBuilder(source.ConnectionString));
    }

    /// <summary>
    /// Opens the pool's minimum of connections at once, so that the first callers do not wait for handshakes. The driver itself keeps a
    /// minimum only once it was reached.
    /// </summary>
    internal static async Task WarmAsync(ConnectionPool pool, int wanted, CancellationToken cancellationToken)
    {
        // All are held until the last is open, otherwise the same one would be used again. Where the server allows fewer, none waits for another.
        var opening = Enumerable.Range(0, Math.Clamp(wanted, 1, pool.Size)).Select(_ => pool.TryOpenAsync(cancellationToken).AsTask()).ToArray();
        try
        {
            await Task.WhenAll(opening).ConfigureAwait(false);
        }
        finally
        {
            foreach (var connection in opening)
            {
                if (connection.IsCompletedSuccessfully && await connection.ConfigureAwait(false) is { } opened)
                    await opened.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static void ApplyLimits(NpgsqlConnectionStringBuilder settings, PostgresOptions options, ConnectionUse use)
    {
        if (!settings.Sets("Maximum Pool Size")) settings.MaxPoolSize = options.MaxPoolSize;
        // The limit is of all connections that Nexus opens.
        if (use == ConnectionUse.State)
        {
            settings.MaxPoolSize = Math.Max(1, settings.MaxPoolSize - ConnectionLimits.BesidePool(settings.MaxPoolSize));
            if (settings.Sets("Minimum Pool Size")) settings.MinPoolSize = Math.Min(settings.MinPoolSize, settings.MaxPoolSize);
        }
        if (!settings.Sets("Minimum Pool Size")) settings.MinPoolSize = Math.Min(options.MinPoolSize, settings.MaxPoolSize);
        if (settings.MinPoolSize > settings.MaxPoolSize) throw DatabaseUrl.Error("sets a minimum pool size above the maximum");
        // Of several hosts, one that does not respond must not hold up the others.
        if (!settings.Sets("Timeout"))
            settings.Timeout = ToSeconds(HostNames.AreSeveral(settings) && options.ConnectTimeout > HostLooker.Limit ? HostLooker.Limit
                : options.ConnectTimeout, max: 1024);
        if (!settings.Sets("Command Timeout")) settings.CommandTimeout = ToSeconds(options.CommandTimeout, max: int.MaxValue);
        if (!settings.Sets("Max Auto Prepare")) settings.MaxAutoPrepare = 100;
        if (!settings.Sets("Auto Prepare Min Usages")) settings.AutoPrepareMinUsages = 2;
        // In seconds; the driver's 10 would leave a promoted standby unused for that long.
        if (!settings.Sets("Host Recheck Seconds")) settings.HostRecheckSeconds = 1;
        // Four times the driver's own: rows of a kilobyte and batches of hundreds go through in a quarter of the reads and writes. In bytes a
        // connection.
        if (!settings.Sets("Read Buffer Size")) settings.ReadBufferSize = BufferSize;
        if (!settings.Sets("Write Buffer Size")) settings.WriteBufferSize = BufferSize;
        // How long a statement that ran out of time may take to be cancelled before its connection is given up, in milliseconds.
        if (!settings.Sets("Cancellation Timeout")) settings.CancellationTimeout = 2000;
    }

    private static void ApplySchema(NpgsqlConnectionStringBuilder settings, string schema, ConnectionUse use, bool isBehindPooler)
    {
        if (settings.SearchPath is { } path && path != schema && path != SqlIdentifier.Quote(schema))
            throw DatabaseUrl.Error($"names a schema or search path other than the setting {nameof(PostgresOptions.Schema)}");
        // Behind a pooler in transaction mode each transaction sets its own.
        settings.SearchPath = isBehindPooler ? null : use == ConnectionUse.Sessions ? SqlIdentifier.Quote(schema) : SessionSettings.SafePath;
    }

    private static void ApplyHouseRules(NpgsqlConnectionStringBuilder settings)
    {
        settings.ApplicationName ??= "nexus";
        // Otherwise PGTZ and PGCLIENTENCODING of the environment would apply.
        settings.Timezone = "UTC";
        settings.ClientEncoding = "UTF8";
        settings.Pooling = true;
        // A batch serves many callers: it must not join whatever transaction scope one of them happens to be in.
        settings.Enlist = false;
        // Both would put stored values into exceptions and logs.
        settings.IncludeErrorDetail = false;
        settings.LogParameters = false;
        settings.PersistSecurityInfo = false;
        // Looking for a Kerberos ticket at each connect costs time and, where no GSS library is installed, prints to standard error.
        if (!settings.Sets("GSS Encryption Mode")) settings.GssEncryptionMode = GssEncryptionMode.Disable;
        // Finds a peer that vanished without a word (a firewall's timeout, a powered-off host) within a minute instead of hours.
        if (settings.Sets("TCP Keepalive") || TlsPolicy.HostsOf(settings).Exists(TlsPolicy.IsSocket)) return;
        settings.TcpKeepAlive = true;
        if (settings.TcpKeepAliveTime == 0) settings.TcpKeepAliveTime = 30;
        if (settings.TcpKeepAliveInterval == 0) settings.TcpKeepAliveInterval = 10;
    }

    /// <summary>A connection that does not respond is closed at once: it must not be reused, and no caller waits for its cancellation.</summary>
    private static void ApplyRulesOfOne(NpgsqlConnectionStringBuilder settings)
    {
        settings.Pooling = false;
        settings.MinPoolSize = 0;
        settings.MaxAutoPrepare = 0;
        settings.CancellationTimeout = -1;
    }

    /// <summary>The driver asks for both forms, and Nexus opens no connection synchronously.</summary>
    private static void SetLater(NpgsqlConnection connection) => throw new NotSupportedException("Nexus opens connections asynchronously only.");

    private static async Task SetLaterAsync(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(SessionSettings.SetLater, connection);
        await using var end = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static int ToSeconds(TimeSpan time, int max) => (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, max);

    [LoggerMessage(EventId = 1100, Level = LogLevel.Warning, Message = "NexusOptions.Database: {Note}")]
    private static partial void LogNote(ILogger logger, string note);

    [LoggerMessage(EventId = 1150, Level = LogLevel.Information, Message = "The TCP user timeout cannot be set with this operating system or this "
        + "version of the driver: a call over TLS whose server vanishes while a large request is being sent may end only after minutes")]
    private static partial void LogUnlimited(ILogger logger);
}
