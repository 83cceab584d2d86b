using System.Runtime.CompilerServices;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// In which term (<see cref="PrimaryFence.Epoch"/>) a physical connection was opened. The driver's pool hands out idle connections of the term before
/// while it is being cleared, and each is judged only when it is opened.
/// </summary>
internal static class ConnectionEpoch
{
    private static readonly ConditionalWeakTable<object, StrongBox<long>> Epochs = [];

    /// <summary>Notes it for a physical connection that was just opened.</summary>
    public static void Note(NpgsqlConnection connection, long epoch)
    {
        if (ConnectionSocket.FindConnector(connection) is { } connector) Epochs.AddOrUpdate(connector, new StrongBox<long>(epoch));
    }

    /// <summary>Whether it was opened before a term; the first is 0. False where this version of the driver does not show it.</summary>
    public static bool IsBefore(NpgsqlConnection connection, long epoch) =>
        epoch > 0 && ConnectionSocket.FindConnector(connection) is { } connector
            && Epochs.TryGetValue(connector, out var noted) && noted.Value < epoch;
}
