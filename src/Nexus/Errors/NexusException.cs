namespace Nexus.Errors;

/// <summary>The base of every exception that Nexus throws deliberately. Messages never contain a secret or a stored value.</summary>
public abstract class NexusException : Exception
{
    private protected NexusException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The stable, machine-readable code of the error, such as <c>conflict</c>; the HTTP API sends it as <c>code</c>.</summary>
    public string Code { get; }

    /// <summary>Whether the same call may succeed later unchanged: the store is unavailable, or another caller was faster.</summary>
    /// <example><code>catch (NexusException error) when (error.IsTransient) { /* wait and try again */ }</code></example>
    public virtual bool IsTransient => false;
}

/// <summary>A value from the caller is invalid. Nothing was written.</summary>
public sealed class NexusValidationException : NexusException
{
    /// <summary>Creates the exception with the field and the limit that the value exceeds.</summary>
    /// <param name="field">The field as the caller knows it, such as <c>config.leverage</c> or <c>sessions[3].chatId</c>.</param>
    /// <param name="message">What is wrong and what is allowed, without the value itself.</param>
    /// <param name="tooLarge">True when a size limit is exceeded: HTTP 413 instead of 400.</param>
    public NexusValidationException(string field, string message, bool tooLarge = false)
        : base(tooLarge ? "too_large" : "invalid", $"{ClientText.Path(field)}: {message}")
    {
        Field = ClientText.Path(field);
        Reason = message;
        IsTooLarge = tooLarge;
    }

    /// <summary>The field that was refused.</summary>
    public string Field { get; }

    /// <summary>What is wrong, without the name of the field.</summary>
    public string Reason { get; }

    /// <summary>True when a size limit was exceeded.</summary>
    public bool IsTooLarge { get; }

    /// <summary>The same error seen from an enclosing document: <c>chatId</c> becomes <c>sessions[3].chatId</c>.</summary>
    public NexusValidationException Within(string prefix) => new($"{prefix}.{Field}", Reason, IsTooLarge);
}

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

/// <summary>The requested record does not exist.</summary>
public sealed class NexusNotFoundException : NexusException
{
    /// <summary>Creates the exception for a record, such as <c>session 12345</c>.</summary>
    public NexusNotFoundException(string record)
        : base("not_found", $"{record} does not exist") => Record = record;

    /// <summary>The requested record.</summary>
    public string Record { get; }
}

/// <summary>The record is not in a state that allows the change, such as closing a trade that is closed. Nothing was written.</summary>
public sealed class NexusStateException : NexusException
{
    /// <summary>Creates the exception with the record and the reason.</summary>
    public NexusStateException(string record, string reason)
        : base("invalid_state", $"{record} {reason}") => Record = record;

    /// <summary>The record concerned.</summary>
    public string Record { get; }
}

/// <summary>The reference matches several records, such as the trade id of a signal that several chats copied. Nothing was written.</summary>
public sealed class NexusAmbiguousException : NexusException
{
    /// <summary>Creates the exception with the chats that have such a record.</summary>
    /// <param name="record">The reference, such as <c>trade 0190…</c>.</param>
    /// <param name="chatIds">The chats, in key order, each once.</param>
    /// <param name="remedy">What the caller must specify as well.</param>
    public NexusAmbiguousException(string record, IReadOnlyList<string> chatIds, string remedy)
        : base("ambiguous", $"{record} is not unique: chats {string.Join(", ", chatIds)} have it; {remedy}") => (Record, ChatIds) = (record, chatIds);

    /// <summary>The reference, such as <c>trade 0190…</c>.</summary>
    public string Record { get; }

    /// <summary>The chats that have such a record, in key order.</summary>
    public IReadOnlyList<string> ChatIds { get; }
}
