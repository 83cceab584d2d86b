using Microsoft.Extensions.Logging;

namespace Nexus.Server.Settings;

/// <summary>How logs are written.</summary>
public enum LogFormat
{
    /// <summary>A line of text for each entry.</summary>
    Simple,

    /// <summary>A JSON object for each entry.</summary>
    Json,
}

/// <summary>How the server is set up.</summary>
public sealed class ServerOptions
{
    /// <summary>Where it listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Addresses to listen on, separated by semicolons; <c>http</c> only, TLS belongs in front. Port 0: a free one.</summary>
    public string Urls { get; set; } = DefaultUrl;

    /// <summary>The settings of the database. Its data folder also keeps the admin key.</summary>
    public NexusOptions Nexus { get; set; } = new();

    /// <summary>The admin key, 32 to 200 characters (<c>NEXUS_ADMIN_KEY</c>); left out, it is read from the data folder or made there.</summary>
    public string? AdminKey { get; set; }

    /// <summary>Told once, when an admin key was made: the key and its file.</summary>
    public Action<string, string>? AdminKeyCreated { get; set; }

    /// <summary>What callers may use at once.</summary>
    public ServerLimits Limits { get; } = new();

    /// <summary>How logs are written.</summary>
    public LogFormat LogFormat { get; set; }

    /// <summary>Changes where logs go, beside or instead of the console.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; set; }
}
