namespace Nexus.Errors;

/// <summary>A write expected a version, but the record has another one. Nothing was written.</summary>
public sealed class NexusConflictException : NexusException
{
    /// <summary>Creates the exception with both versions.</summary>
    /// <param name="record">The record, such as <c>session 12345</c>.</param>
    /// <param name="expectedVersion">The version that the caller saw; 0 means that no record was expected.</param>
    /// <param name="actualVersion">The version stored now; 0 when there is no record.</param>
    public NexusConflictException(string record, long expectedVersion, long actualVersion)
        : base("conflict", actualVersion == 0
            ? $"{record}: expected version {expectedVersion}, but it does not exist"
            : $"{record}: expected version {expectedVersion}, but it is at version {actualVersion}")
        => (Record, ExpectedVersion, ActualVersion) = (record, expectedVersion, actualVersion);

    /// <summary>Creates the exception after several attempts, each of which found a newer version than it had read.</summary>
    internal NexusConflictException(NexusConflictException last, int attempts)
        : base("conflict", $"{last.Record}: gave up after {attempts} attempts because the record kept changing; send the request again", last)
        => (Record, ExpectedVersion, ActualVersion, IsTransient) = (last.Record, last.ExpectedVersion, last.ActualVersion, true);

    /// <summary>True if the caller named no version and the engine gave up because the record kept changing; false if the caller named one.</summary>
    public override bool IsTransient { get; }

    /// <summary>The record in conflict.</summary>
    public string Record { get; }

    /// <summary>The version the caller saw.</summary>
    public long ExpectedVersion { get; }

    /// <summary>The version stored now, 0 when there is none.</summary>
    public long ActualVersion { get; }
}
