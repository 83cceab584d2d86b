namespace Nexus.Telemetry;

/// <summary>The names under which the library reports what it does, for any collector that listens to .NET's meters and activity sources.</summary>
/// <remarks>The instruments, their units and attributes are listed in docs/telemetry.md. Nothing reported names a chat, a key or a value.</remarks>
public static class NexusTelemetry
{
    /// <summary>The meter of every metric of the library.</summary>
    public const string MeterName = "Nexus";

    /// <summary>The source of every trace of the library.</summary>
    public const string ActivitySourceName = "Nexus";

    /// <summary>The version of the library, as meter and activity source have it.</summary>
    public static string Version { get; } = typeof(NexusTelemetry).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
