using Microsoft.Extensions.Logging;

namespace Nexus.Server.Settings;

/// <summary>The format of the logs.</summary>
public enum LogFormat
{
    /// <summary>A line of text for each entry.</summary>
    Simple,

    /// <summary>A JSON object for each entry.</summary>
    Json,
}
