using System.Text.Json;
using Nexus.Json;

namespace Nexus.KeyedState;

/// <summary>An expiry in the outbox, and as an instant.</summary>
internal static class StateExpiryJson
{
    /// <summary>The time to live as the instant at which it ends.</summary>
    public static StateExpiry Settle(this StateExpiry expiry, DateTimeOffset now) =>
        expiry.TimeToLive is { } time ? StateExpiry.At(now + time) : expiry;

    public static void WriteExpiry(this Utf8JsonWriter json, StateExpiry expiry)
    {
        json.WriteTime("expires_at"u8, expiry.ExpiresAt);
        if (expiry.TimeToLive is { } time) json.WriteNumber("ttl"u8, time.Ticks / TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>Null where neither an instant nor a time to live is given.</summary>
    public static StateExpiry? ReadExpiry(this JsonElement body)
    {
        if (body.ReadTime("expires_at"u8) is { } at) return StateExpiry.At(at);
        if (!body.TryGetProperty("ttl"u8, out var time)) return null;
        return time.GetInt64() is > 0 and var microseconds && microseconds <= StateExpiry.MaxTimeToLive.Ticks / TimeSpan.TicksPerMicrosecond
            ? StateExpiry.After(TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond))
            : throw new FormatException("a time to live is out of range");
    }
}
